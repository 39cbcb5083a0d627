"""Paths and `file:` uris.

One spelling per file: the one VS Code sends, where everything but letters, digits and
`-._~/` is percent-encoded. Other editors leave more characters bare (Neovim sends `@`
and `+` as they are), so the edge passes every uri it gets through `canonical`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_DRIVE = re.compile(r"/([A-Za-z])(?::|\|)(?=/|$)")


def uri_of(path: Path | str) -> str:
    """The canonical uri of an absolute path; bytes that are not UTF-8 survive."""
    raw = os.fsencode(path)
    if os.name == "nt":
        raw = raw.replace(b"\\", b"/")
        if raw.startswith(b"//"):
            host, _, rest = raw[2:].partition(b"/")
            return f"file://{quote_from_bytes(host)}/{quote_from_bytes(rest)}"
        raw = b"/" + raw.lstrip(b"/")
    return "file://" + _quoted(raw)


def path_of(uri: str) -> Path | None:
    """The path a `file:` uri names; None for any other scheme, another host or a NUL."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    raw = unquote_to_bytes(parts.path)
    if parts.scheme != "file" or not raw.startswith(b"/") or b"\0" in raw:
        return None
    host = parts.netloc.lower()
    if os.name == "nt":
        name = os.fsdecode(raw)
        if host not in ("", "localhost"):
            return Path(f"//{host}{name}")
        return Path(name[1:] if _DRIVE.match(name) else name)
    return Path(os.fsdecode(raw)) if host in ("", "localhost") else None


def canonical(uri: str) -> str:
    """Our one spelling of `uri`; a uri that is not `file:` comes back as it is."""
    path = path_of(uri)
    return uri if path is None else uri_of(path)


def _quoted(raw: bytes) -> str:
    drive = _DRIVE.match(os.fsdecode(raw[:3]) if os.name == "nt" else "")
    if drive is None:
        return quote_from_bytes(raw, safe="/")
    return f"/{drive[1].lower()}%3A" + quote_from_bytes(raw[3:], safe="/")
