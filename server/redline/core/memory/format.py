"""A memo as a file: TOML between two lines `+++`, then Markdown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import get_args

from redline.core.memory.model import Memo, MemoKind

FENCE = "+++"
_ID = re.compile(r"[A-Za-z0-9][\w-]{0,99}", re.ASCII)
_KEYS = frozenset({"kind", "title", "created", "run", "paths", "outcome"})
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def is_id(name: str) -> bool:
    """Whether a memo may be called `name`: letters, digits, `-` and `_`."""
    return _ID.fullmatch(name) is not None


def written(memo: Memo) -> str:
    """The file of a memo. Characters that cannot stand in one are left out."""
    at = datetime.fromtimestamp(int(memo.created), UTC)
    rows = [
        f"kind = {_string(memo.kind)}",
        f"title = {_string(memo.title)}",
        f"created = {at:%Y-%m-%dT%H:%M:%SZ}",
    ]
    rows += [f"run = {_string(memo.run)}"] if memo.run else []
    rows += [f"paths = {_strings(memo.paths)}"] if memo.paths else []
    rows += [f"outcome = {_string(memo.outcome)}"] if memo.outcome else []
    text = _UNFIT.sub("", memo.text).strip("\n")
    return "\n".join([FENCE, *rows, FENCE, "", text, ""])


def read(name: str, text: str) -> Memo | str:
    """The memo in the file called `name` (without `.md`), or why it is none."""
    if not is_id(name):
        return "the name of a memo is made of letters, digits, - and _"
    text = text.replace("\r\n", "\n")
    head, fence, body = text.removeprefix(f"{FENCE}\n").partition(f"\n{FENCE}\n")
    if not text.startswith(f"{FENCE}\n") or not fence:
        return f"expected TOML between two lines {FENCE} at the top"
    try:
        table = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        return f"the part between the lines {FENCE} is not TOML: {error}"
    return _memo(name, table, body.strip("\n"))


def _memo(name: str, table: dict[str, object], body: str) -> Memo | str:
    unknown = sorted(table.keys() - _KEYS)
    if unknown:
        return f"there is no key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}"
    kind = next((each for each in get_args(MemoKind) if each == table.get("kind")), None)
    if kind is None:
        return f"kind is one of {', '.join(get_args(MemoKind))}"
    created = table.get("created")
    if not isinstance(created, datetime):
        return "created is a date and time, as in 2026-01-31T12:00:00Z"
    paths = table.get("paths", [])
    if not isinstance(paths, list) or not all(isinstance(each, str) for each in paths):
        return "paths is a list of strings"
    texts = {key: table.get(key, "") for key in ("title", "run", "outcome")}
    odd = next((key for key, value in texts.items() if not isinstance(value, str)), "")
    if odd:
        return f"{odd} is a string"
    if not body and not texts["title"]:
        return "there is nothing in it"
    at = created if created.tzinfo is not None else created.replace(tzinfo=UTC)
    title, run, outcome = (str(texts[key]) for key in ("title", "run", "outcome"))
    return Memo(name, kind, title, body, at.timestamp(), run, tuple(paths), outcome)


def _string(text: str) -> str:
    clean = _UNFIT.sub("", text)
    return '"' + "".join(_ESCAPES.get(char, char) for char in clean) + '"'


def _strings(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(_string, texts)) + "]"
