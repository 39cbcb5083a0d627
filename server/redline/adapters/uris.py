"""Paths of this machine and `file:` uris; the spelling of a uri is `core.uris`'s."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from redline.core import uris

_DRIVE = re.compile(r"/[A-Za-z]:(?=/|$)")


def uri_of(path: Path | str) -> str:
    """The canonical uri of an absolute path; bytes that are not UTF-8 survive."""
    name = os.fspath(path)
    return uris.from_path(name.replace("\\", "/") if os.name == "nt" else name)


def path_of(uri: str) -> Path | None:
    """The path a `file:` uri names; None for any other scheme, another host or a NUL."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    raw = unquote_to_bytes(parts.path)
    if parts.scheme != "file" or not raw.startswith(b"/") or b"\0" in raw:
        return None
    name, host = os.fsdecode(raw), parts.netloc.lower()
    if os.name == "nt" and host not in ("", "localhost"):
        return Path(f"//{host}{name}")
    if os.name == "nt" and _DRIVE.match(name):
        name = name[1:]
    return Path(name) if host in ("", "localhost") else None
