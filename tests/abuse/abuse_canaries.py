"""What an attack would touch if it got anywhere: programs, sockets, files outside."""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ("curl", "wget", "nc", "ssh", "make", "npm", "node", "xdg-open", "pip", "sudo")


def trap(path: Path, ran: Path) -> Path:
    """A program that leaves a line in `ran` when it is run, whatever it is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "$0 $*" >> {ran}\n', "utf-8")
    path.chmod(0o755)
    return path


def traps(folder: Path, ran: Path, names: Sequence[str] = PROGRAMS) -> Path:
    """A folder for the PATH whose programs are all traps."""
    for name in names:
        trap(folder / name, ran)
    return folder


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and content of everything below `root`; of a link, where it leads."""
    found: dict[str, tuple[int, bytes]] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            data = b""
            if path.is_symlink():
                data = os.fsencode(path.readlink())
            elif path.is_file() and status.st_size < 10_000_000:
                data = path.read_bytes()
            found[path.relative_to(root).as_posix()] = (status.st_mode, data)
    return found


@dataclass
class Ears:
    """Listens on loopback, TCP and UDP on one port, and keeps whatever arrives."""

    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._end = socket.socketpair()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """What an attacker would have the product call."""
        return f"http://127.0.0.1:{self.port}"

    def _listen(self) -> None:
        while True:
            ready, _, _ = select.select([self._tcp, self._udp, self._end[0]], [], [])
            if self._end[0] in ready:
                return
            if self._udp in ready:
                self.heard.append(self._udp.recv(65536))
            if self._tcp in ready:
                peer, _ = self._tcp.accept()
                with peer:
                    peer.settimeout(1)
                    try:
                        self.heard.append(b"connected: " + peer.recv(65536))
                    except OSError:
                        self.heard.append(b"connected")

    def close(self) -> None:
        """Stops listening."""
        self._end[1].send(b"x")
        self._thread.join(5)
        for each in (self._tcp, self._udp, *self._end):
            each.close()
