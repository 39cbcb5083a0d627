"""Files that end in a check sum of all before, written beside the old one and put in its place."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

SUM_BYTES = 16

logger = logging.getLogger(__name__)


def sum_of(body: bytes | memoryview) -> bytes:
    """The check sum of `body`."""
    return blake2b(body, digest_size=SUM_BYTES).digest()


def body_of(data: bytes, magic: bytes) -> memoryview | None:
    """What stands between `magic` and the check sum; None where one of them is not right."""
    body = memoryview(data)[:-SUM_BYTES]
    whole = data.startswith(magic) and sum_of(body) == data[-SUM_BYTES:]
    return body[len(magic) :] if whole else None


def write_summed(path: Path, parts: Iterable[bytes | bytearray | memoryview], what: str) -> bool:
    """Writes `parts` and their check sum, for the user alone. False, and why in the log under
    the name `what`, where that cannot be done: what was there stays."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            summed = blake2b(digest_size=SUM_BYTES)
            for part in parts:
                summed.update(part)
                file.write(part)
            file.write(summed.digest())
        temporary.replace(path)
    except OSError as error:
        logger.warning("the %s %s cannot be written: %s", what, path, error)
        if temporary is not None:
            _remove(temporary)
        return False
    return True


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s stays: %s", path, error)
