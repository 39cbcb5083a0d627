"""What the benchmarks share: a small client of a language server, figures, and a table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

DJANGO = "Django==5.2.19"
CAPABILITIES = {
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
    "textDocument": {"rename": {"prepareSupport": True}},
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "experimental": {"redline": {"proposals": True}},
}

Message = dict[str, Any]


class Server:
    """A language server over stdio, and when it was started."""

    def __init__(self, command: Sequence[str], root: Path, home: Path) -> None:
        self.root = root
        self.began = perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
            env=surroundings(home),
        )
        self.number = 0

    def send(self, message: Mapping[str, object]) -> None:
        """One message to the server."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self) -> Message:
        """The next message from the server."""
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise EOFError("the server has ended")
        message: Message = json.loads(self.process.stdout.read(length))
        return message

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """The first message that is wanted; the server's own requests are answered with null."""
        while True:
            message = self.receive()
            if "method" in message and "id" in message:
                self.send({"id": message["id"], "result": None})
            elif wanted(message):
                return message

    def ask(self, method: str, params: object) -> int:
        """Sends a request; its id."""
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        return self.number

    def request(self, method: str, params: object) -> Any:
        """The answer to one request."""
        number = self.ask(method, params)
        answer = self.until(lambda message: message.get("id") == number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def initialize(self, **capabilities: object) -> float:
        """Seconds from the start of the process to the answer of `initialize`."""
        folder = {"uri": self.root.as_uri(), "name": self.root.name}
        params = {
            "processId": os.getpid(),
            "rootUri": folder["uri"],
            "workspaceFolders": [folder],
            "capabilities": CAPABILITIES | capabilities,
        }
        self.request("initialize", params)
        spent = perf_counter() - self.began
        self.send({"method": "initialized", "params": {}})
        return spent

    def open(self, path: Path) -> str:
        """Opens a file; its uri."""
        uri = path.as_uri()
        item = {"uri": uri, "languageId": "python", "version": 1, "text": path.read_text("utf-8")}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        return uri

    def end(self) -> None:
        """Kills the server: how it leaves is not measured."""
        self.process.kill()
        self.process.communicate()


def surroundings(home: Path) -> dict[str, str]:
    """The environment with folders of the user of its own.

    Compiled modules are kept as they are for a user: without, every start compiles all.
    """
    own = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE")}
    kept = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | own | {"HOME": str(home)}


def django(given: str | None) -> Path:
    """Django's sources: the folder given, or the source distribution, unpacked once."""
    return Path(given).resolve() if given else source_distribution(DJANGO)


def cache_folder() -> Path:
    """Where what the benchmarks need is kept from one run to the next."""
    folder = Path(tempfile.gettempdir()).resolve() / "redline-benchmarks"
    folder.mkdir(exist_ok=True)
    return folder


def source_distribution(requirement: str) -> Path:
    """The unpacked source distribution of `name==version`, from the package index."""
    name, _, version = requirement.lower().partition("==")
    cache = cache_folder()
    root = cache / f"{name}-{version}"
    if not (root / "PKG-INFO").is_file():
        pip = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", name)
        subprocess.run([*pip, "-d", str(cache), requirement], check=True)
        with tarfile.open(cache / f"{name}-{version}.tar.gz") as archive:
            archive.extractall(cache, filter="data")
    return root


def figures(times: Mapping[str, Sequence[float]], base: str) -> dict[str, dict[str, float]]:
    """Median, 95th percentile and the ratio of the medians to that of `base`, in seconds."""
    floor = median(times[base])
    result = {}
    for name, values in times.items():
        ordered = sorted(values)
        result[name] = {
            "runs": len(ordered),
            "median": round(median(ordered), 4),
            "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 4),
            "ratio": round(median(ordered) / floor, 2),
        }
    return result


def show(found: Mapping[str, Mapping[str, float]], as_json: bool, **more: object) -> None:
    """Prints the figures as JSON or as a table."""
    if as_json:
        print(json.dumps({**more, "figures": found}))
        return
    print("  ".join(f"{name} {value}" for name, value in more.items()))
    width = max(map(len, found))
    print(f"{'':{width}} {'median s':>9} {'p95 s':>8} {'ratio':>6} {'runs':>5}")
    for name, row in found.items():
        line = f"{name:{width}} {row['median']:9.3f} {row['p95']:8.3f} {row['ratio']:6.2f}"
        print(f"{line} {row['runs']:5}")
