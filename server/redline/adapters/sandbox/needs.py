"""What the sandbox is made of, where it is found, and why it may not work here."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from redline.adapters.sandbox.seccomp import seccomp_filter
from redline.core.problems import Finding

NAME = "sandbox"
# Never the user's PATH: whoever can put a program there would run outside.
_PLACES = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:/run/current-system/sw/bin"
_INSTALL = "install it, e.g. `apt install bubblewrap` or `dnf install bubblewrap`"
_OLDEST = (0, 8)  # --disable-userns
_COUNTS_PROCESSES = (5, 14)
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Programs:
    """Absolute paths of the programs, '' for a missing one."""

    bwrap: str
    unshare: str
    sh: str
    mount: str


@dataclass(frozen=True, slots=True)
class Needs:
    """All that a run needs. `counts_processes`: the kernel counts those of the sandbox alone."""

    programs: Programs
    filter: bytes
    script: str
    counts_processes: bool


def programs_here() -> Programs:
    """The programs of this machine."""
    names = ("bwrap", "unshare", "sh", "mount")
    return Programs(*(shutil.which(name, path=_PLACES) or "" for name in names))


def needs(given: Programs | None = None) -> Needs | Finding:
    """What a run needs, or what is missing and how to mend it. Nothing is tried yet."""
    if sys.platform != "linux":
        return Finding(NAME, False, f"there is none for {platform.system()}", _ALLOW)
    code = seccomp_filter()
    if code is None:
        return Finding(NAME, False, f"there is none for {platform.machine()}", _ALLOW)
    found = given or programs_here()
    if not found.bwrap:
        return Finding(NAME, False, "bubblewrap is not installed", _INSTALL)
    if not (found.unshare and found.sh and found.mount):
        return Finding(NAME, False, "util-linux is not installed", "install util-linux")
    version = _version(found.bwrap)
    if version < _OLDEST:
        shown = ".".join(map(str, version)) or "of unknown version"
        return Finding(NAME, False, f"bubblewrap {shown} is too old", "install 0.8 or newer")
    return Needs(found, code, _script(), _numbers(platform.release()) >= _COUNTS_PROCESSES)


_ALLOW = "checks can be allowed to run unsandboxed in a workspace you trust"


def why_not() -> str:
    """How to mend a sandbox that is installed and does not start."""
    if _sysctl("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return (
            "AppArmor forbids user namespaces: add a profile that allows `userns` for"
            " /usr/bin/unshare and /usr/bin/bwrap"
        )
    if _sysctl("kernel/unprivileged_userns_clone") == "0":
        return "user namespaces are off: sysctl kernel.unprivileged_userns_clone=1"
    if _sysctl("user/max_user_namespaces") == "0":
        return "user namespaces are off: sysctl user.max_user_namespaces=10000"
    return f"a container may forbid user namespaces; {_ALLOW}"


def _sysctl(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text("ascii").strip()
    except OSError:
        return ""


@cache
def _version(bwrap: str) -> tuple[int, ...]:
    try:
        done = subprocess.run(
            (bwrap, "--version"), capture_output=True, timeout=_SECONDS, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return _numbers(done.stdout.rpartition(" ")[2])


def _numbers(text: str) -> tuple[int, ...]:
    """The two first numbers of a version, () for none."""
    found = re.match(r"(\d+)\.(\d+)", text)
    return tuple(map(int, found.groups())) if found else ()


@cache
def _script() -> str:
    return (resources.files("redline") / "adapters" / "sandbox" / "start.sh").read_text("utf-8")
