"""A real language model behind a real server, and a relay that sees its connections."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

READY_SECONDS = 120.0
WINDOW = 4096
"""What the server lets the model hold, in tokens; the model itself could hold 8192."""


def installed() -> Path:
    """The folder install.sh filled; skips without it, or fails where the run must be complete."""
    folder = os.environ.get("REDLINE_LOCAL_MODEL", "")
    if folder and (Path(folder) / "model.gguf").exists():
        return Path(folder)
    reason = "no local model: set REDLINE_LOCAL_MODEL to what local_model/install.sh filled"
    if os.environ.get("REDLINE_REQUIRE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def served(folder: Path, log: Path) -> Iterator[tuple[str, int]]:
    """The server with its model on a free port of loopback: host and port. It ends with this."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"model": folder / "model.gguf", "port": port, "n_ctx": WINDOW, "seed": 1}
    given = [str(each) for name, value in options.items() for each in (f"--{name}", value)]
    # What is measured beside it, and the product itself, come first.
    command = [
        "nice",
        "-n",
        "10",
        str(folder / "venv/bin/python"),
        "-m",
        "llama_cpp.server",
        *given,
    ]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--model_alias", "smollm2"],
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        try:
            until(lambda: _listens(port, process), READY_SECONDS, log.read_text)
            yield "127.0.0.1", port
        finally:
            process.kill()
            process.wait()


def _listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the model's server ended"
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def until(holds: Callable[[], bool], seconds: float, say: Callable[[], str] = str) -> None:
    """Waits until `holds()`; fails after `seconds`, with what `say` says."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {say()[-2000:]}"
        time.sleep(0.02)


class Relay:
    """Passes connections on, byte for byte, and counts them."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self.opened = 0
        self.open = 0
        self.answered = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """What a client takes as its API base."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"

    def close(self) -> None:
        """Takes no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        server = socket.create_connection(self._upstream)
        with self._lock:
            self.opened += 1
            self.open += 1
        back = threading.Thread(target=self._pump, args=(server, client, True), daemon=True)
        back.start()
        self._pump(client, server, False)
        with self._lock:
            self.open -= 1
        back.join()
        client.close()
        server.close()

    def _pump(self, source: socket.socket, sink: socket.socket, answer: bool) -> None:
        """Until `source` says no more: what the client leaves, the server is told."""
        first = answer
        with suppress(OSError):
            while data := source.recv(65536):
                if first:
                    with self._lock:
                        self.answered += 1
                    first = False
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR if answer else socket.SHUT_RDWR)
