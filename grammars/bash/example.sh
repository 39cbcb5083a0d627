#!/usr/bin/env bash
# Carets say what the line above holds; every definition has one.
set -euo pipefail

source "$(dirname "$0")/lib.sh"
#      ^^^^^^^^^^^^^^^^^^^^^^^^ import
. /etc/os-release
# ^^^^^^^^^^^^^^^ import

LIMIT=10
# ^^^ definition.constant signature=LIMIT=10
count=0
# ^^^ definition.variable signature=count=0
readonly VERSION="1.0"
#        ^^^^^^^ definition.constant
export EDITOR=vim
#      ^^^^^^ definition.constant
declare -A colors=([red]=1)
#          ^^^^^^ definition.variable
declare -a names
#          ^^^^^ definition.variable
first=1 second=2
# ^^^ definition.variable
#       ^^^^^^ definition.variable

# Says hello to someone.
greet() {
# ^^^ definition.function signature=greet()
  local name="$1"
  #     ^^^^ reference within=greet
  message="hello $name"
  # ^^^^^ reference within=greet
  printf '%s\n' "${message:-none}" | tee "$LOG"
  #                                        ^^^ reference within=greet
}

function cleanup {
#        ^^^^^^^ definition.function signature=function cleanup
  rm -f "$TEMP"
}

deploy::all() (
# ^^^^^^^^^ definition.function signature=deploy::all()
  cd /srv && greet "$USER"
  #                  ^^^^ reference within=deploy::all
)

if [[ -n "${DEBUG:-}" ]]; then
#           ^^^^^ reference
  verbose=1
  # ^^^^^ definition.variable
fi

case "$1" in
  start) mode=run ;;
  #      ^^^^ definition.variable
esac

for each in "${names[@]}"; do
#   ^^^^ reference
#              ^^^^^ reference
  last="$each"
  LC_ALL=C sort <<<"$each"
done

trap cleanup EXIT
greet "$(whoami)" || exit 1
count+=1
# ^^^ definition.variable
