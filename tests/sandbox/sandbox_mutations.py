"""The sandbox with one protection taken out, to prove that the attempts would find it missing.

The product has no switch for this: programs of its chain are replaced by ones that change
what they are given and then become the real one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox_world import CANARY

from redline.adapters.sandbox.needs import Programs
from redline.core.oversight.sandbox import ScratchCopy

_PYTHON = "/usr/bin/python3"
_BWRAP = """#!{python} -IS
import os, sys
if sys.argv[1:] == ["--version"]:
    os.execv({real!r}, [{real!r}, "--version"])
given = os.read(4, 1 << 20).split(b"\\0")[:-1]
project = next((each for each in given if each.endswith(b"/project")), None)
for how, what in {edits!r} if project else ():  # not in its own trial
    what = [each.encode() for each in what]
    size = len(what)
    if how == "add":
        given += [each.replace(b"BASE", os.path.dirname(project)) for each in what]
        continue
    while True:
        at = next((n for n in range(len(given)) if given[n:n + size] == what), None)
        if at is None:
            break
        del given[at:at + size]
read, write = os.pipe()
if os.fork() == 0:
    os.close(read)
    os.write(write, b"".join(each + b"\\0" for each in given))
    os._exit(0)
os.close(write)
os.dup2(read, 4)
os.close(read)
os.set_inheritable(4, True)
os.execv({real!r}, [{real!r}, *sys.argv[1:]])
"""
_SH = """#!{python} -IS
import os, sys
for old, new in {edits!r} if sys.argv[5].endswith("/project") else ():  # not in its own trial
    assert old in sys.argv[2], old
    sys.argv[2] = sys.argv[2].replace(old, new)
os.execv({real!r}, [{real!r}, *sys.argv[1:]])
"""
_UNSHARE = """#!{python} -IS
import os, sys
at = sys.argv.index("--")
trial = not any(each.endswith("/project") for each in sys.argv)
head = [each for each in sys.argv[1:at] if trial or each not in {edits!r}]
os.execv({real!r}, [{real!r}, *head, *sys.argv[at:]])
"""


@dataclass(frozen=True, slots=True)
class Mutation:
    """Edits of what each program is given, and attempts of which one at least must get out."""

    escapes: tuple[str, ...] = ()
    bwrap: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sh: tuple[tuple[str, str], ...] = ()
    unshare: tuple[str, ...] = ()
    laid: tuple[str, ...] = field(default=())
    root_only: bool = False

    def programs(self, real: Programs, folder: Path) -> Programs:
        """The programs, replaced where there is something to change."""
        found = real
        for name, template in (("bwrap", _BWRAP), ("sh", _SH), ("unshare", _UNSHARE)):
            edits = getattr(self, name)
            if edits:
                path = folder / name
                own = getattr(real, name)
                path.write_text(template.format(python=_PYTHON, edits=edits, real=own))
                path.chmod(0o755)
                found = dataclasses.replace(found, **{name: str(path)})
        return found

    def scratch(self, scratch: ScratchCopy) -> None:
        """Takes away what lies over these files."""
        for path in self.laid:
            (Path(scratch.place) / "laid" / path).unlink()


def _drop(*words: str) -> tuple[str, tuple[str, ...]]:
    return ("drop", words)


def _add(*words: str) -> tuple[str, tuple[str, ...]]:
    return ("add", words)


_FILTER = _drop("--seccomp", "6")
_RIGHTS = _drop("--cap-drop", "ALL")

MUTATIONS: Mapping[str, Mutation] = {
    "none": Mutation(),
    "the filter of calls": Mutation(
        (
            "a socket of the family of files at all", "keys of the kernel, added", "io_uring",
            "the machine around a virtual one",
            "the other way of calling the kernel", "be traced and trace",
            "type into a terminal of its own", "events of the kernel",
        ),
        bwrap=(_FILTER,),
    ),
    "a network of its own": Mutation(
        (
            "the machine's own ports", "a packet to the machine",
            "the machine's own ports by IPv6",
        ),
        bwrap=(_add("--share-net"),),
    ),
    "a network of its own, and the filter": Mutation(
        ("a socket with no file",), bwrap=(_add("--share-net"), _FILTER)
    ),
    "no namespaces inside, and the filter": Mutation(
        ("a user namespace of its own by unshare", "a user namespace of its own by clone"),
        bwrap=(_drop("--disable-userns"), _FILTER),
    ),
    "no rights, the filter, no namespaces": Mutation(
        ("mount something",),
        bwrap=(_RIGHTS, _FILTER, _drop("--disable-userns")),
        root_only=True,
    ),
    "no rights": Mutation(("rights",), bwrap=(_RIGHTS,)),
    "only what is named is seen": Mutation(
        (
            "a file outside", "the user's keys", "Redline's journal", "write by an absolute path",
            "write through a link in the tree, absolute", "write by /proc/self/root",
        ),
        bwrap=(_add("--bind", "BASE/outside", "BASE/outside", "--bind", "BASE/home", "BASE/home"),),
    ),
    "an environment of its own": Mutation(
        ("the environment it was given", "the environments of all processes"),
        bwrap=(_drop("--clearenv"), _add("--setenv", "LC_SECRET", CANARY)),
    ),
    "a read-only root": Mutation(
        ("write into the root and the devices",), bwrap=(_drop("--remount-ro", "/"),)
    ),
    "kernel settings are covered": Mutation(
        ("settings of the kernel", "the program for dumps of memory"),
        bwrap=(_drop("--ro-bind", "/proc/sys", "/proc/sys"),),
        root_only=True,
    ),
    "the overlay": Mutation(
        ("write through a hard link in the tree", "git: a hook", "remove everything"),
        sh=(
            (
                'mount -int overlay -o "lowerdir=../laid:/proc/self/fd/5,upperdir=m/u,'
                'workdir=m/w,userxattr" \\\n    redline m/o',
                "mount -in --bind /proc/self/fd/5 m/o",
            ),
        ),
    ),
    "closed handles": Mutation(("handles that came along",), sh=(("3>&- 5<&-", ""),)),
    "limits for each process": Mutation(
        ("one large file", "open files", "the processor", "memory in one piece"),
        sh=tuple((f"ulimit -{each}", ":") for each in ("f", "n", "d", "S -t", "H -t")),
    ),
    "a bounded file system": Mutation(
        ("the disk, in the tree", "the disk, everywhere else", "many files"),
        sh=(('-o "$options"', "-o mode=700"),),
    ),
    "watchers are counted": Mutation(
        ("watchers of files",), sh=(("echo 64 >/proc/sys/user/max_inotify_instances", ":"),)
    ),
    "secrets are hidden": Mutation(
        (
            ".env", ".env in a folder", "a private key in the tree",
            "what a secret link leads to", "a password in git's configuration",
        ),
        laid=(
            ".env", "sub/.env.production", "config/server.pem", "config/real-secret",
            ".git/config",
        ),
    ),
    "what is started ends": Mutation(
        (
            "outlive the run in a session of its own",
            "outlive the run as a daemon that ignores signals",
        ),
        bwrap=(_drop("--die-with-parent"),),
        unshare=("--pid", "--fork"),
    ),
}  # fmt: skip
