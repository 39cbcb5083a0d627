"""A small machine around a workspace, with everything an attempt to escape would be after."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CANARY = "CANARY-7d1f"
KEY = f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n"
_SETTLED = 1_600_000_000


@dataclass(slots=True)
class World:
    """Where things are, the sockets that must not be reached, and a process to be let alone."""

    base: Path
    tcp: socket.socket
    tcp6: socket.socket | None
    udp: socket.socket
    unix: socket.socket
    inside: socket.socket
    abstract: socket.socket
    victim: subprocess.Popen[bytes]
    marker: str

    @property
    def folder(self) -> Path:
        return self.base / "project"

    def facts(self) -> dict[str, object]:
        """What an attacker is told: all of it."""
        return {
            "base": str(self.base),
            "outside": str(self.base / "outside"),
            "home": str(self.base / "home"),
            "state": str(self.base / "home" / ".local" / "state" / "redline"),
            "folder": str(self.folder),
            "cache": str(self.base / "cache"),
            "tcp": self.tcp.getsockname()[1],
            "tcp6": self.tcp6.getsockname()[1] if self.tcp6 else 0,
            "udp": self.udp.getsockname()[1],
            "unix": str(self.base / "outside" / "socket"),
            "abstract": self.marker,
            "victim": self.victim.pid,
            "server": os.getpid(),
            "marker": self.marker,
            "canary": CANARY,
        }

    def digest(self) -> str:
        """Of every name, kind, mode and byte outside of what the product itself writes."""
        found = hashlib.sha256()
        for top in ("outside", "home", "project"):
            for folder, folders, names in os.walk(self.base / top):
                folders.sort()
                for name in sorted([*folders, *names]):
                    path = Path(folder, name)
                    status = path.lstat()
                    found.update(f"{path} {status.st_mode} {status.st_nlink}\n".encode())
                    if stat.S_ISREG(status.st_mode):
                        found.update(path.read_bytes())
                    elif stat.S_ISLNK(status.st_mode):
                        found.update(os.fsencode(path.readlink()))
        return found.hexdigest()

    def reached(self) -> list[str]:
        """Which of the sockets someone has spoken to."""
        found = []
        for name in ("tcp", "tcp6", "udp", "unix", "inside", "abstract"):
            each: socket.socket | None = getattr(self, name)
            try:
                if each is not None:
                    each.recv(1) if each.type == socket.SOCK_DGRAM else each.accept()
                    found.append(name)
            except BlockingIOError:
                continue
        return found

    def survivors(self) -> list[int]:
        """Processes of the machine that carry the marker."""
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            try:
                line = (each / "cmdline").read_bytes()
            except OSError:
                continue
            if self.marker.encode() in line and int(each.name) not in (
                self.victim.pid,
                os.getpid(),
            ):
                found.append(int(each.name))
        return found

    def close(self) -> None:
        self.victim.kill()
        for each in self.survivors():  # where a protection was taken out
            with suppress(ProcessLookupError):  # it may end by itself meanwhile
                os.kill(each, signal.SIGKILL)
        self.victim.wait()
        for name in ("tcp", "tcp6", "udp", "unix", "inside", "abstract"):
            each: socket.socket | None = getattr(self, name)
            if each is not None:
                each.close()
        shutil.rmtree(self.base, ignore_errors=True)


def world() -> World:
    """Made by the user who runs the sandbox."""
    base = Path(tempfile.mkdtemp(prefix="redline-escape-")).resolve()
    _files(base)
    marker = f"redline-marker-{os.urandom(6).hex()}"
    return World(
        base,
        _listening(socket.AF_INET, ("127.0.0.1", 0)),
        _listening6(),
        _datagram(),
        _listening(socket.AF_UNIX, str(base / "outside" / "socket")),
        _listening(socket.AF_UNIX, str(base / "project" / "socket")),
        _listening(socket.AF_UNIX, "\0" + marker),
        subprocess.Popen(
            ["/bin/sleep", "3000"],
            stdout=subprocess.DEVNULL,  # nobody waits for its end to read ours
            stderr=subprocess.DEVNULL,
            env={"SECRET": CANARY},
        ),
        marker,
    )


def _files(base: Path) -> None:
    texts = {
        "outside/victim.txt": CANARY,
        "outside/other.txt": "as it was\n",
        "outside/folder/deep.txt": CANARY,
        "home/.ssh/id_rsa": KEY,
        "home/.aws/credentials": CANARY,
        "home/.local/state/redline/journal.sqlite": CANARY,
        "project/a.py": "print('a')\n",
        "project/sub/b.py": "b = 1\n",
        "project/.env": f"TOKEN={CANARY}\n",
        "project/sub/.env.production": f"TOKEN={CANARY}\n",
        "project/config/server.pem": KEY,
        "project/config/real-secret": CANARY,
        "project/.aws/credentials": CANARY,
        "project/.git/config": f'[remote "o"]\n\turl = https://u:{CANARY}@example.org/r.git\n',
        "project/.git/HEAD": "ref: refs/heads/main\n",
        "project/.git/hooks/pre-commit": "#!/bin/sh\nexit 0\n",
    }
    for path, text in texts.items():
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).write_text(text)
    project = base / "project"
    (project / ".env.local").symlink_to("config/real-secret")
    (project / "leads_out").symlink_to(base / "outside")
    (project / "up").symlink_to("../outside")
    (project / "hard.txt").hardlink_to(base / "outside" / "other.txt")
    os.mkfifo(project / "pipe")
    (base / "cache").mkdir(mode=0o700)
    for path in base.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (_SETTLED, _SETTLED))


def _listening(family: int, address: object) -> socket.socket:
    made = socket.socket(family)
    made.bind(address)
    made.listen()
    made.setblocking(False)
    return made


def _listening6() -> socket.socket | None:
    try:
        return _listening(socket.AF_INET6, ("::1", 0))
    except OSError:
        return None


def _datagram() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.setblocking(False)
    return made
