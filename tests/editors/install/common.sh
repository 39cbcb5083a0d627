# What the installers in this folder share; sourced, with DIR as the caller's first argument.
# They use the machine's own package sources (apt, pip, npm) and name none. Debian 12 or
# later, root, x86-64.
[ $# -eq 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1/bin"
DIR=$(cd "$1" && pwd)
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PART=$(basename "$0" .sh)
# Another recipe is another stamp: what an older one installed is looked at again.
STAMP=$DIR/.installed-$PART-$(cat "$0" "$HERE/common.sh" | sha256sum | cut -c1-16)
export DEBIAN_FRONTEND=noninteractive

step() { echo "[$SECONDS s] $PART: $*" >&2; }

# starts NAME WORDS: whether DIR/bin/NAME is there and its version begins with WORDS.
starts() {
  local version
  [ -x "$DIR/bin/$1" ] && version=$("$DIR/bin/$1" --version 2>/dev/null) && [[ $version == "$2"* ]]
}

# program NAME: an executable at DIR/bin/NAME from stdin; the old one works to the last moment.
program() {
  cat >"$DIR/bin/.$1.new"
  chmod +x "$DIR/bin/.$1.new"
  mv -f "$DIR/bin/.$1.new" "$DIR/bin/$1"
}

# packages NAME...: Debian packages of this system, those that are missing.
packages() {
  local name missing=()
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${Status}' "$name" 2>/dev/null) == *' installed' ]] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  step "system packages: ${missing[*]}"
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The package source this machine is set up with; its address is never written down here.
mirror() {
  local sources=/etc/apt/sources.list.d/debian.sources
  if [ -f "$sources" ]; then
    awk '/^URIs:/ {print $2; exit}' "$sources"
  else
    awk '/^deb / {for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) {print $i; exit}}' /etc/apt/sources.list
  fi
}

# beside SUITE ROOT PACKAGE...: packages of another Debian suite, with all they need, unpacked
# into ROOT. The system's own package lists and programs are not touched.
beside() {
  local suite=$1 root=$2 apt package
  shift 2
  apt=$(mktemp -d "$DIR/apt.XXXXXX")
  mkdir -p "$apt"/etc/{sources.list.d,preferences.d} "$apt"/lib/lists/partial "$apt"/cache/archives/partial
  : >"$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $suite main" >"$apt/etc/sources.list"
  local scratch=(command apt-get -qq -o Dir::State="$apt/lib" -o Dir::State::status="$apt/status"
    -o Dir::Cache="$apt/cache" -o Dir::Etc::sourcelist="$apt/etc/sources.list"
    -o Dir::Etc::sourceparts="$apt/etc/sources.list.d" -o Dir::Etc::preferencesparts="$apt/etc/preferences.d"
    # The download helper runs as another user, who may not reach a folder under /root.
    -o APT::Sandbox::User=root)
  "${scratch[@]}" update
  "${scratch[@]}" install -y --no-install-recommends --download-only "$@" libc6 >/dev/null
  rm -rf "$root"
  mkdir -p "$root"
  for package in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
  rm -rf "$apt"
}

# at_home ROOT PROGRAM: makes a program unpacked into ROOT use the libraries there. The
# binary itself is patched: one that runs itself again through /proc/self/exe (Neovim does)
# would not come through a call of the loader.
at_home() {
  patchelf --set-interpreter "$1/usr/lib64/ld-linux-x86-64.so.2" \
    --set-rpath "$1/usr/lib/x86_64-linux-gnu" --force-rpath "$(readlink -f "$1/$2")"
}

# in_place: the last line of an installer, once everything has been seen to start.
in_place() {
  rm -f "$DIR/.installed-$PART"-*
  touch "$STAMP"
  step "in place in $DIR"
}
