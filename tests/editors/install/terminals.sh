#!/bin/bash
# Installs the editors that are driven through a terminal, and the terminal, into DIR:
#   DIR/bin/hx      Helix 25.07 (Debian forky, beside the system)
#   DIR/bin/emacs   Debian's Emacs, with eglot
#   tmux            on the system
#
#   tests/editors/install/terminals.sh DIR
set -euo pipefail
. "$(dirname "$0")/common.sh"
HELIX_SUITE=forky

# Emacs has eglot from 29 on; the package of the same name is for older ones.
eglot() { "$DIR/bin/emacs" --batch --eval '(package-initialize)' --eval "(require 'eglot)" 2>/dev/null; }

ready() { starts hx 'helix 25' && starts emacs 'GNU Emacs' && eglot && command -v tmux >/dev/null; }

helix() {
  local root=$DIR/helix-$HELIX_SUITE
  step "Helix from $HELIX_SUITE"
  beside "$HELIX_SUITE" "$root" hx
  at_home "$root" usr/bin/hx
  program hx <<X
#!/bin/sh
export HELIX_RUNTIME="$root/usr/lib/helix/runtime"
exec "$root/usr/bin/hx" "\$@"
X
}

if [ -f "$STAMP" ] && ready; then
  step "in place in $DIR"
  exit 0
fi
packages tmux patchelf git emacs-nox
ln -sfn /usr/bin/emacs "$DIR/bin/emacs"
eglot || packages elpa-eglot
starts hx 'helix 25' || helix
ready || { echo "Helix or Emacs does not start" >&2; exit 1; }
in_place
