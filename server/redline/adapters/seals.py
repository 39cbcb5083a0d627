"""Secrets in the bytes of hunks, kept beside the journal instead of in it.

A record's payload has `[sealed:1]` in the place of a secret; what it stands for is in one
file for each run, mode 0600, written before the record that needs it. What is forgotten
of a run is forgotten there too: without the file a payload cannot be read any more.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path

from redline.adapters.disk import read_bytes
from redline.adapters.places import write_private
from redline.core.oversight import secrets
from redline.core.oversight.secrets import LEAST
from redline.core.problems import Unreadable

_SEAL = re.compile(r"\[sealed:(\d{1,9})\]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # legal in JSON as an escape, not in a database
_MAX_FILE = 64_000_000
_LEAST_BASE64 = 16
Sealed = dict[str, str]


class Seals:
    """The files of one journal, by run. The caller sees to it that one process writes at a time."""

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def closed(self, run: str, payload: str, known: Collection[str] = ()) -> str:
        """`payload` (JSON text) with its secrets in the run's file. Raises `OSError`.

        Secrets that are `known` are sealed also where nothing says that they are some.
        """
        value: object = json.loads(payload)
        before = self._read(run)
        texts: set[str] = set()
        _walk(value, texts)
        again = (*before.values(), *known)
        texts |= {each for each in again if len(each) >= LEAST and each in payload}
        texts |= {found[0] for found in _SEAL.finditer(payload)}
        if not texts:
            return payload
        numbers = {secret: number for number, secret in before.items()}
        # What looks like a seal and is none is among them: what is opened was closed.
        for secret in sorted(texts):
            numbers.setdefault(secret, str(len(numbers) + 1))
        after = {number: secret for secret, number in numbers.items()}
        if after != before:
            self._write(run, after)
        return _replaced(value, {text: f"[sealed:{numbers[text]}]" for text in texts})

    def opened(self, run: str, payload: str) -> str | None:
        """What `closed` made `payload` from; None when the secrets are gone."""
        if not _SEAL.search(payload):
            return payload
        known = self._read(run)
        missing = False

        def secret(found: re.Match[str]) -> str:
            nonlocal missing
            missing = missing or found[1] not in known
            # Inside JSON text: as `json.dumps` writes it there.
            return json.dumps(known.get(found[1], ""), ensure_ascii=False)[1:-1]

        whole = _SEAL.sub(secret, payload)
        return None if missing else whole

    def forget(self, run: str) -> None:
        """Removes the run's file. Raises `OSError`."""
        self._path(run).unlink(missing_ok=True)

    def _path(self, run: str) -> Path:
        return self._folder / f"{sha256(run.encode()).hexdigest()[:32]}.json"

    def _read(self, run: str) -> Sealed:
        """The secrets of a run; none where the file cannot be believed."""
        data = read_bytes(self._path(run), _MAX_FILE)
        try:
            value: object = {} if isinstance(data, Unreadable) else json.loads(data)
        except ValueError:
            value = {}
        texts = value if isinstance(value, dict) else {}
        return {key: each for key, each in texts.items() if isinstance(each, str)}

    def _write(self, run: str, sealed: Sealed) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            self._folder.chmod(0o700)
        write_private(self._path(run), json.dumps(sealed).encode())


def _walk(value: object, found: set[str]) -> None:
    if isinstance(value, str):
        found |= {value[each.start : each.end] for each in secrets.find(value)}
    elif isinstance(value, list):
        for each in value:
            _walk(each, found)
    elif isinstance(value, Mapping):
        whole = value.get("base64")
        if isinstance(whole, str) and len(whole) >= _LEAST_BASE64 and _hides(whole):
            found.add(whole)
        for each in value.values():
            _walk(each, found)


def _hides(base64: str) -> bool:
    """Whether bytes that are no text have a secret among them."""
    try:
        return bool(secrets.find(b64decode(base64).decode("latin-1")))
    except ValueError:
        return False


def _replaced(payload: object, names: Mapping[str, str]) -> str:
    """The payload as JSON with each secret replaced, in the texts of the JSON, not across them."""
    whole = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))

    def changed(value: object) -> object:
        if isinstance(value, str):
            return whole.sub(lambda found: names[found[0]], value)
        if isinstance(value, list):
            return [changed(each) for each in value]
        if isinstance(value, dict):
            return {key: changed(each) for key, each in value.items()}
        return value

    text = json.dumps(changed(payload), ensure_ascii=False, separators=(",", ":"))
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
