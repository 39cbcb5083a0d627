"""Which processes live. A number alone does not say: it is used again after a process ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def birth(pid: int) -> str:
    """A mark of when the living process `pid` started; '' when there is no such process.

    Two processes that had one number at different times have different marks, across
    restarts of the machine too. Only processes of this machine can be seen.
    """
    if pid <= 0:
        return ""
    if sys.platform == "win32":
        return _birth_on_windows(pid)
    if Path("/proc/self/stat").exists():
        return _birth_in_proc(pid)
    return _birth_by_ps(pid)


def _birth_in_proc(pid: int) -> str:
    try:
        line = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""
    # The name, in brackets, may hold spaces and brackets; the state is what follows it.
    fields = line.rpartition(")")[2].split()
    ended = fields[0] in ("Z", "X")
    return "" if ended else f"{boot}:{fields[19]}"


def _birth_by_ps(pid: int) -> str:
    command = ("ps", "-o", "lstart=", "-p", str(pid))
    environment = {"LC_ALL": "C", "PATH": os.defpath}
    try:
        done = subprocess.run(
            command, capture_output=True, env=environment, timeout=5, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _birth_on_windows(pid: int) -> str:
    if sys.platform == "win32":
        import ctypes

        query_limited_information, still_active = 0x1000, 259
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query_limited_information, False, pid)
        if not handle:
            return ""
        try:
            code = ctypes.c_ulong()
            times = [ctypes.c_ulonglong() for _ in range(4)]
            known = kernel.GetProcessTimes(handle, *map(ctypes.byref, times))
            kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        finally:
            kernel.CloseHandle(handle)
        if known and code.value == still_active:
            return str(times[0].value)
    return ""
