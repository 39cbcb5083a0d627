"""What an editor and the server said to each other, from a recording of both directions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HEADER = re.compile(rb"Content-Length: *(\d+)\r\n(?:[^\r\n]+\r\n)*\r\n", re.IGNORECASE)


def recording_server(path: Path, server: str, record: Path) -> None:
    """A program at `path` that is `server` and keeps what goes in and out of it in `record`."""
    path.write_text(
        "#!/bin/sh\n"
        f'tee -a "{record}/to-server" | {server} "$@" 2>>"{record}/stderr.log" '
        f'| tee -a "{record}/to-editor"\n',
        "utf-8",
    )
    path.chmod(0o755)


def messages(recorded: Path) -> list[dict[str, Any]]:
    """The whole messages so far, in order."""
    data = recorded.read_bytes() if recorded.exists() else b""
    found = []
    at = 0
    while header := HEADER.match(data, at):
        at = header.end() + int(header[1])
        if at > len(data):
            break
        found.append(json.loads(data[header.end() : at]))
    return found


def named(recorded: Path, method: str) -> list[dict[str, Any]]:
    """The requests or notifications of one method."""
    return [each for each in messages(recorded) if each.get("method") == method]
