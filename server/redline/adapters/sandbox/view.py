"""What a program in the sandbox sees of the machine, as arguments of bubblewrap.

An allow-list: nothing of the file system is there unless it is named here. All that can
be written lies on one bounded file system in memory that goes with the run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from redline.core.oversight.sandbox import SECRET_FOLDERS

HOME = "/home/sandbox"
ETC, EMPTY = "etc", "empty"
_SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_STORES = ("/nix/store", "/gnu/store", "/run/current-system/sw")
# Mounts cost time: small files of /etc are copied once, folders are mounted.
_ETC_FILES = (
    "ld.so.cache", "ld.so.conf", "localtime", "mime.types", "ssl/openssl.cnf",
    "pki/tls/openssl.cnf", "services", "protocols",
)  # fmt: skip
_ETC_FOLDERS = ("alternatives", "ssl/certs", "pki/tls/certs", "pki/ca-trust")
_ETC_FOR_NETWORK = ("resolv.conf", "hosts")
# The kernel asks no more than to be user 0 for these, in whatever namespace: a root without
# any rights could set them for the whole machine, or read of other processes there.
_PROC_FOLDERS = ("fs", "irq", "bus", "acpi", "scsi", "driver", "asound")
_PROC = (
    "kcore", "keys", "key-users", "kallsyms", "kmsg", "timer_list", "sched_debug",
    "latency_stats", "slabinfo", "vmallocinfo", "pagetypeinfo", "mtrr", "sysrq-trigger",
    "kpagecgroup", "kpagecount", "kpageflags", "iomem", "ioports",
)  # fmt: skip
_CREDENTIALS = re.compile(
    rb"https?://[^/\s]*@|://[^/\s:@]*:[^/\s@]+@|extraheader|password|token|secret", re.IGNORECASE
)
_MOST_CONFIG = 1_000_000
_ISOLATION = (
    "--unshare-user", "--disable-userns", "--unshare-all", "--die-with-parent", "--new-session",
    "--cap-drop", "ALL", "--hostname", "sandbox", "--clearenv",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What is seen: the folder, what else may be read, what stands in for the user's."""

    folder: str
    readable: tuple[str, ...]
    environment: Mapping[str, str]
    kept: str
    network: bool
    writable: bool


def arguments(view: View) -> list[str]:
    """Arguments up to the program's own, each mount in the order it is made."""
    result = [*_ISOLATION]
    if view.network:
        result.append("--share-net")
    result += ["--uid", str(os.getuid()), "--gid", str(os.getgid())]
    for name, value in view.environment.items():
        result += ["--setenv", name, value]
    result += [*_programs(), *_etc(view), "--dev", "/dev", *_proc()]
    for source, place in (("m/tmp", "/tmp"), ("m/home", HOME), ("m/shm", "/dev/shm")):  # noqa: S108
        result += ["--bind", source, place]
    for path in view.readable:
        result += ["--ro-bind", path, path]
    result += ["--bind" if view.writable else "--ro-bind", "m/o", view.folder]
    result += _linked_worktree(Path(view.folder), f"{view.kept}/{EMPTY}")
    return result


def closing(folder: str) -> list[str]:
    """The arguments after which nothing more is mounted."""
    return ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", folder, "--seccomp", "6"]


def _programs() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.is_dir():
            yield from ("--ro-bind", name, name)
    for name in _STORES:
        if Path(name).is_dir():
            yield from ("--ro-bind", name, name)


def _etc(view: View) -> Iterator[str]:
    yield from ("--ro-bind", f"{view.kept}/{ETC}", "/etc")
    for name in _ETC_FOLDERS + (_ETC_FOR_NETWORK if view.network else ()):
        if Path("/etc", name).exists():
            yield from ("--ro-bind", f"/etc/{name}", f"/etc/{name}")


def keep(kept: Path) -> None:
    """Makes what programs see as /etc (of users and hosts, this user alone), and an empty file.

    Raises `OSError`.
    """
    (kept / EMPTY).touch()
    folder = kept / ETC
    folder.mkdir()
    for name in _ETC_FOLDERS:
        if Path("/etc", name).is_dir():
            (folder / name).mkdir(parents=True)
    for name in _ETC_FILES:
        source, target = Path("/etc", name), folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    (folder / "resolv.conf").touch()
    for name, text in _accounts().items():
        (folder / name).write_text(text, "utf-8")


def _proc() -> Iterator[str]:
    yield from ("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys")
    if os.getuid() != 0:
        return
    for name in _PROC_FOLDERS:
        if Path("/proc", name).is_dir():
            yield from ("--ro-bind", f"/proc/{name}", f"/proc/{name}")
    for name in _PROC:
        if Path("/proc", name).exists():
            yield from ("--ro-bind", "/dev/null", f"/proc/{name}")


def _accounts() -> dict[str, str]:
    user, group = os.getuid(), os.getgid()
    return {
        "passwd": f"sandbox:x:{user}:{group}:sandbox:{HOME}:/bin/sh\n"
        + ("" if user == 65534 else "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"),
        "group": f"sandbox:x:{group}:\n" + ("" if group == 65534 else "nogroup:x:65534:\n"),
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
        "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    }


def private_folders() -> tuple[Path, ...]:
    """Folders of the user and of ours that no program may look into."""
    ours = (
        platformdirs.user_state_path("redline", appauthor=False),
        platformdirs.user_config_path("redline", appauthor=False),
        platformdirs.user_cache_path("redline", appauthor=False),
    )
    home = Path.home()
    return tuple(each.resolve() for each in (*ours, *(home / name for name in SECRET_FOLDERS)))


def too_wide(path: Path) -> str:
    """Why `path`, whose links are resolved, must not be seen as a whole; '' when it may."""
    home, own = Path.home().resolve(), private_folders()
    if path == Path(path.anchor) or path in (Path("/etc"), Path("/proc"), Path("/sys")):
        return f"{path} is the system's"
    for each in (home, *own):
        if each.is_relative_to(path):
            return f"{path} holds more than a project: {each} lies in it"
    for each in own:
        if path.is_relative_to(each):
            return f"{path} lies in {each}"
    return ""


def with_interpreter(path: Path) -> tuple[Path, ...]:
    """`path`, and where it is a virtual environment, the Python that it is made of.

    That a folder calls itself one proves nothing: what is added must hold Python's library.
    """
    interpreter = path / "bin" / "python"
    if not (path / "pyvenv.cfg").is_file() or not interpreter.exists():
        return (path,)
    prefix = interpreter.resolve().parent.parent
    if prefix.is_relative_to("/usr") or not any((prefix / "lib").glob("python3*/os.py")):
        return (path,)
    return (path, prefix)


def _linked_worktree(folder: Path, empty: str) -> list[str]:
    """The repository of a linked worktree, read-only, when it knows this worktree too.

    `.git` is a file anyone may have written; what it names must name it back.
    """
    link = folder / ".git"
    if link.is_symlink() or not link.is_file():
        return []
    text = _start_of(link).decode("utf-8", "replace").strip()
    git = Path(text.removeprefix("gitdir:").strip())
    if not text.startswith("gitdir:") or not git.is_absolute() or git.resolve() != git:
        return []
    common = git.parent.parent
    back = _start_of(git / "gitdir").decode("utf-8", "replace").strip()
    whole = all((common / name).exists() for name in ("HEAD", "objects", "refs"))
    if git.parent.name != "worktrees" or back != str(link) or not whole:
        return []
    if common.is_relative_to(folder):
        return []
    hidden = [name for name in ("config", "config.worktree") if holds_credentials(common / name)]
    masks = [part for name in hidden for part in ("--ro-bind", empty, f"{common}/{name}")]
    return ["--ro-bind", str(common), str(common), *masks]


def holds_credentials(config: Path) -> bool:
    """True when a git configuration has, as far as can be told, a password or the like."""
    return _CREDENTIALS.search(_start_of(config)) is not None


def _start_of(path: Path) -> bytes:
    """The first megabyte of a regular file; b'' where there is none."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_MOST_CONFIG)
    except OSError:
        return b""
