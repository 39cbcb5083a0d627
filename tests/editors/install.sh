#!/bin/bash
# Installs the editors the tests in this folder drive, into DIR:
#
#   tests/editors/install.sh DIR [neovim] [vscode] [terminals]
#
# All parts when none is named; each says in its own file under install/ what it puts where.
# A second run finds everything in place and is done at once.
set -euo pipefail

parts=$(cd "$(dirname "$0")/install" && pwd)
usage() { echo "usage: $0 DIR [neovim] [vscode] [terminals]" >&2; exit 2; }
[ $# -ge 1 ] || usage
folder=$1
shift
[ $# -gt 0 ] || set -- neovim terminals vscode
for part in "$@"; do [ -f "$parts/$part.sh" ] && [ "$part" != common ] || usage; done

# The parts run beside each other, but apt takes one caller at a time: they take turns.
TURN=$(mktemp)
trap 'rm -f "$TURN"' EXIT
apt-get() { flock "$TURN" apt-get "$@"; }
export TURN
export -f apt-get

running=()
for part in "$@"; do
  bash "$parts/$part.sh" "$folder" &
  running+=($!)
done
failed=0
for each in "${running[@]}"; do wait "$each" || failed=1; done
exit "$failed"
