"""The filter of system calls for programs in the sandbox, as a Linux BPF program.

It forbids what no check needs and what has led out of sandboxes before: other processes'
memory, kernel keys, loadable code, namespaces and mounts, asynchronous I/O that passes
filters by, typing into a terminal, and every family of sockets but those of the sandbox's
own network. It is a second wall: namespaces and missing rights are the first.
"""

from __future__ import annotations

import errno
import platform
import socket
import struct
from dataclasses import dataclass

_LOAD, _EQUAL, _GREATER, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
# CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
_NEW_NAMESPACES = 0x7E020000
_ROUTE = 0  # NETLINK_ROUTE: asked by name resolution


@dataclass(frozen=True, slots=True)
class _Machine:
    """How one kind of machine numbers its system calls."""

    audit: int
    calls: dict[str, int]


_X86_64 = {
    "clone": 56, "socket": 41, "ioctl": 16, "clone3": 435, "memfd_create": 319, "shmget": 29,
    "ptrace": 101, "syslog": 103, "uselib": 134, "ustat": 136,
    "pivot_root": 155, "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165,
    "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "iopl": 172, "ioperm": 173,
    "create_module": 174, "init_module": 175, "delete_module": 176, "quotactl": 179,
    "lookup_dcookie": 212, "clock_settime": 227, "add_key": 248, "request_key": 249,
    "keyctl": 250, "unshare": 272, "perf_event_open": 298, "fanotify_init": 300,
    "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308,
    "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313,
    "kexec_load": 246, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "memfd_secret": 447,
    "statmount": 457, "listmount": 458, "open_tree_attr": 467,
}  # fmt: skip
_AARCH64 = {
    "clone": 220, "socket": 198, "ioctl": 29, "clone3": 435, "memfd_create": 279, "shmget": 194,
    "ptrace": 117, "syslog": 116, "pivot_root": 41, "chroot": 51, "acct": 89,
    "settimeofday": 170, "mount": 40, "umount2": 39, "swapon": 224, "swapoff": 225,
    "reboot": 142, "init_module": 105, "delete_module": 106, "quotactl": 60,
    "lookup_dcookie": 18, "clock_settime": 112, "add_key": 217, "request_key": 218,
    "keyctl": 219, "unshare": 97, "perf_event_open": 241, "fanotify_init": 262,
    "name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268,
    "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273,
    "kexec_load": 104, "kexec_file_load": 294, "bpf": 280, "userfaultfd": 282,
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "memfd_secret": 447,
    "statmount": 457, "listmount": 458, "open_tree_attr": 467,
}  # fmt: skip
_MACHINES = {"x86_64": _Machine(0xC000003E, _X86_64), "aarch64": _Machine(0xC00000B7, _AARCH64)}
# Looked at by their arguments, or said to be unknown so that programs take the older way.
_SPECIAL = ("clone", "socket", "ioctl")
# Memory that no limit of a process counts is among them.
_UNKNOWN = ("clone3", "memfd_create", "shmget")


def seccomp_filter(machine: str = "") -> bytes | None:
    """The filter for this machine, or the named one; None where its calls are not known."""
    kind = _MACHINES.get(machine or platform.machine())
    if kind is None:
        return None
    calls = kind.calls
    parts = [
        _load(_MACHINE),
        _branch(_EQUAL, kind.audit, 1, 0),
        _return(_KILL),
        _load(_NUMBER),
    ]
    if kind.audit == _MACHINES["x86_64"].audit:
        parts += [_branch(_GREATER, _X32, 0, 1), _return(_ERRNO | errno.EPERM)]
    for name, number in calls.items():
        if name in _SPECIAL:
            continue
        error = errno.ENOSYS if name in _UNKNOWN else errno.EPERM
        parts += [_branch(_EQUAL, number, 0, 1), _return(_ERRNO | error)]
    parts += _when(calls["clone"], _clone())
    parts += _when(calls["ioctl"], _ioctl())
    parts += _when(calls["socket"], _socket())
    return b"".join([*parts, _return(_ALLOW)])


def _clone() -> list[bytes]:
    return [
        _load(_ARGUMENTS),
        struct.pack("=HBBI", _AND, 0, 0, _NEW_NAMESPACES),
        _branch(_EQUAL, 0, 1, 0),
        _return(_ERRNO | errno.EPERM),
        _return(_ALLOW),
    ]


def _ioctl() -> list[bytes]:
    return [
        _load(_ARGUMENTS + 8),
        _branch(_EQUAL, _TIOCSTI, 2, 0),
        _branch(_EQUAL, _TIOCLINUX, 1, 0),
        _return(_ALLOW),
        _return(_ERRNO | errno.EPERM),
    ]


def _socket() -> list[bytes]:
    """Only IPv4, IPv6, and the routing side of netlink."""
    netlink = 16
    return [
        _load(_ARGUMENTS),
        _branch(_EQUAL, socket.AF_INET, 5, 0),
        _branch(_EQUAL, socket.AF_INET6, 4, 0),
        _branch(_EQUAL, netlink, 0, 2),
        _load(_ARGUMENTS + 16),
        _branch(_EQUAL, _ROUTE, 1, 0),
        _return(_ERRNO | errno.EAFNOSUPPORT),
        _return(_ALLOW),
    ]


def _when(number: int, body: list[bytes]) -> list[bytes]:
    """`body`, which always returns, for one call; what follows still has its number."""
    return [_branch(_EQUAL, number, 0, len(body)), *body]


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", _LOAD, 0, 0, offset)


def _branch(kind: int, value: int, then: int, otherwise: int) -> bytes:
    return struct.pack("=HBBI", kind, then, otherwise, value)


def _return(value: int) -> bytes:
    return struct.pack("=HBBI", _RETURN, 0, 0, value)
