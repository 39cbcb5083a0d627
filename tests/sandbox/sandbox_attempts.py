"""Attempts to get out of the sandbox: what each tries, in the words of a Python program.

A program prints `ESCAPED ...` when it thinks it got out and `TRIED` when it came to its end;
the runner looks from outside at what came of it. Everything about the machine is in `W`.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from redline.core.oversight.sandbox import Limits

PRELUDE = '''
import ctypes, errno, json, mmap, os, platform, resource, signal, socket, stat, struct, sys, time
W = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
ARM = platform.machine() == "aarch64"
CALLS = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "unshare": (272, 97),
    "setns": (308, 268), "clone": (56, 220), "clone3": (435, 435), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "keyctl": (250, 219), "add_key": (248, 217),
    "bpf": (321, 280), "perf_event_open": (298, 241), "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "open_tree": (428, 428), "fsopen": (430, 430), "syslog": (103, 116), "memfd": (319, 279),
    "shmget": (29, 194), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    "fanotify_init": (300, 262), "finit_module": (313, 273), "mount_setattr": (442, 442),
}
def call(name, *arguments):
    """The result of a system call; raises OSError."""
    found = libc.syscall(ctypes.c_long(CALLS[name][ARM]), *[
        each if isinstance(each, (bytes, ctypes.Array, ctypes.Structure)) or each is None
        else ctypes.c_long(each) for each in arguments])
    if found < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return found
def escaped(what):
    print("ESCAPED", what, flush=True)
def over(path, text="owned"):
    """Writes over an existing file, or makes one."""
    with open(path, "w") as file:
        file.write(text)
    escaped(f"wrote {path}")
def show(path):
    """What can be read is looked through for the canary outside."""
    with open(path, "rb") as file:
        print(file.read(100000))
def attempt(function, *arguments):
    """Each refusal is said, so that it can be looked at."""
    try:
        return function(*arguments)
    except (OSError, ValueError, MemoryError) as error:
        print("refused", type(error).__name__, error, flush=True)
'''


@dataclass(frozen=True, slots=True)
class Attempt:
    """`ends`: what may end the run, '' for its own end; `whole`: it must come to its end."""

    name: str
    code: str
    limits: Limits = Limits(seconds=20, processes=64, memory_bytes=1 << 30, returned_bytes=1 << 20)
    ends: tuple[str, ...] = ("",)
    whole: bool = True
    network: bool = False

    @property
    def program(self) -> str:
        body = textwrap.indent(textwrap.dedent(self.code).strip(), "    ")
        return f"{PRELUDE}\ndef main():\n{body}\nattempt(main)\nprint('TRIED', flush=True)\n"


def attempts(texts: str) -> tuple[Attempt, ...]:
    """Attempts with the usual limits from a text: `# name` begins each."""
    found = []
    for part in textwrap.dedent(texts).strip().split("\n# ")[0:]:
        name, _, code = part.removeprefix("# ").partition("\n")
        found.append(Attempt(name.strip(), code))
    return tuple(found)
