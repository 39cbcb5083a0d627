"""Finds secrets in a text: keys, tokens, passwords, also encoded or split over strings.

Nothing is decided by a model and nothing is looked up: a secret is known by its shape, by
the name it is given, or by what it decodes to. The time is linear in the text.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from redline.core.oversight import secret_shapes as shapes
from redline.core.oversight.secret_shapes import SHAPES

LEAST = 8
"""A secret of at least so many characters is known again wherever it stands."""
_SHORT = 200
_LONGEST_ENCODED = 8_192
_WINDOW = 260
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_BODY = re.compile(
    r"(?:\\[nr]|[\r\n])+[ \t]*(?:\d{1,7}\t)?[ \t+\-|>#*\"'.]*"
    r"(?:(?P<key>[A-Za-z0-9+/=]{4,128})|(?P<head>[\w-]+: [^\r\n\\]{0,120})|)"
    r"(?=[\"'\s\\,+)]|$)"
)
_JOINT = re.compile(
    r"(?<=[\w+/=.~-])\\?[\"'`]\s{0,80}(?:(?:[+&,]|\.{1,2}|\\\r?\n)\s{0,80})?"
    r"[brfuBRFU]{0,2}\\?[\"'`](?=[\w+/=~-])"
)
_ENCODED = bytes(
    97 if chr(c) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-" else 32
    for c in range(256)
)
_RUN = b"a" * 24


@dataclass(frozen=True, slots=True)
class Found:
    """A secret at `start` to `end` of the text, in characters."""

    kind: str
    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """Every secret in `text`, in order, none overlapping another."""
    if len(text) < LEAST:
        return ()
    return _kept_short(text) if len(text) < _SHORT else _kept(text)


def _find(text: str) -> tuple[Found, ...]:
    lowered = _lowered(text)
    found = [
        *_shaped(text),
        *_private_keys(text),
        *_addresses(text),
        *_named(text, lowered),
        *_encoded(text),
        *_split(text),
    ]
    return tuple(_apart(found))


_kept = lru_cache(maxsize=1024)(_find)
"""A transcript is sent again with each turn; what was looked through once is known."""
_kept_short = lru_cache(maxsize=8192)(_find)
"""Paths, digests and arguments are many more: they must not push out the long ones."""


def encodings(secret: str) -> frozenset[str]:
    """What a secret looks like in base64 (wherever it begins), hex and a web address."""
    data = secret.encode("utf-8", "surrogatepass")
    result = {data.hex(), data.hex().upper(), quote(secret, safe="", errors="replace")}
    for at in range(3):
        padded = b"\0" * at + data
        for encode in (b64encode, urlsafe_b64encode):
            whole = encode(padded).decode()
            # Characters that rest on what stands before and after are another's, too.
            result.add(whole[(0, 2, 3)[at] : len(padded) * 8 // 6])
            if at == 0:
                result.add(whole)
    return frozenset(each for each in result if len(each) >= LEAST and each != secret)


def _lowered(text: str) -> str:
    """In small letters, character by character: no letter may become two."""
    if text.isascii():
        return text.lower()
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _places(text: str, anchor: str) -> Iterator[int]:
    at = text.find(anchor)
    while at >= 0:
        yield at
        at = text.find(anchor, at + 1)


def _shaped(text: str) -> Iterator[Found]:
    for shape in SHAPES:
        for anchor in shape.anchors:
            for at in _places(text, anchor):
                made = shape.pattern.match(text, at)
                if made is None or (at and text[at - 1].isalnum() and not _escape(text, at)):
                    continue
                group = 1 if shape.pattern.groups else 0
                yield Found(shape.kind, made.start(group), made.end(group))


def _escape(text: str, at: int) -> bool:
    """Whether the letter before `at` belongs to an escape such as a line feed's."""
    return at > 1 and text[at - 2] == "\\" and text[at - 1] in "nrt"


def _private_keys(text: str) -> Iterator[Found]:
    """The lines of private keys, each by itself: what stands before them is not the key's."""
    end = 0
    for at in _places(text, "-----BEGIN"):
        begin = _BEGIN.match(text, at)
        if begin is None or at < end:
            continue
        end = begin.end()
        while (line := _BODY.match(text, end)) and line.end() > end:
            if line["key"]:
                yield Found("private-key", line.start("key"), line.end("key"))
            end = line.end()
            # A line of a list, or of a text in several quotes, ends with more than its key.
            while end < len(text) and text[end] in "\"',+) \t":
                end += 1
            if text.startswith(("-----", "\\n-----", "\n-----"), end):
                break


def _addresses(text: str) -> Iterator[Found]:
    for at in _places(text, "://"):
        start = at
        while start > max(0, at - 30) and (text[start - 1].isalnum() or text[start - 1] in "+.-"):
            start -= 1
        made = shapes.ADDRESS.match(text, start)
        if made is not None and not shapes.stands_in(made[1]):
            yield Found("password", made.start(1), made.end(1))


def _named(text: str, lowered: str) -> Iterator[Found]:
    """Values that are given a telling name, and headers and logins."""
    for word in ("basic ", "bearer "):
        for at in _places(lowered, word):
            made = shapes.HEADER.match(text, at)
            if made and shapes.looks_secret(made[1], password=False, bare=True):
                yield Found("authorization", made.start(1), made.end(1))
    for at in _places(lowered, "login"):
        made = shapes.LOGIN.match(text, at)
        if made and not shapes.stands_in(made[1]):
            yield Found("password", made.start(1), made.end(1))
    for word in shapes.TELLING:
        kind = "password" if word in shapes.PASSWORDS else "secret"
        for at in _places(lowered, word):
            if word == "key" and not shapes.KEY_OF.search(text, max(0, at - 12), at):
                continue
            yield from _valued(text, at + len(word), kind)


def _valued(text: str, at: int, kind: str) -> Iterator[Found]:
    """The value that follows a telling name, if it looks like one that is secret."""
    password = kind == "password"
    quoted = shapes.QUOTED.match(text, at)
    if quoted is not None:
        if shapes.looks_secret(quoted[2], password, bare=False):
            yield Found(kind, quoted.start(2), quoted.end(2))
        return
    bare = (shapes.FLAG if _option(text, at) else shapes.BARE).match(text, at)
    bare = bare or shapes.BARE.match(text, at)
    if bare is not None and shapes.looks_secret(bare[1], password, bare=True):
        yield Found(kind, bare.start(1), bare.end(1))


def _option(text: str, at: int) -> bool:
    """Whether the name that ends at `at` is that of a command's option."""
    start = at
    while start > max(0, at - 40) and (text[start - 1].isalnum() or text[start - 1] in "-_"):
        start -= 1
    return text.startswith("--", start)


def _encoded(text: str) -> Iterator[Found]:
    """What decodes, from base64 or hex, to a text that has a secret in it."""
    if not text.isascii():
        text = text.encode("ascii", "replace").decode()
    runs = text.encode().translate(_ENCODED)
    at = runs.find(_RUN)
    while at >= 0:
        end = runs.find(b" ", at)
        end = len(text) if end < 0 else end
        plain = _decoded(text[at : min(end, at + _LONGEST_ENCODED)])
        if plain and (any(_shaped(plain)) or any(_named(plain, plain.lower()))):
            yield Found("encoded", at, end)
        at = runs.find(_RUN, end)


def _decoded(run: str) -> str:
    """The text a run of letters stands for; '' for none that could be read."""
    try:
        if len(run) % 2 == 0 and not run.strip("0123456789abcdefABCDEF"):
            data = bytes.fromhex(run)
        else:
            whole = run.replace("-", "+").replace("_", "/")[: len(run) - (len(run) % 4 == 1)]
            data = b64decode(whole + "=" * (-len(whole) % 4))
    except ValueError:
        return ""
    return data.decode() if data.isascii() else ""


def _split(text: str) -> Iterator[Found]:
    """Secrets whose parts stand in several strings that are put together.

    The items of a list may be parts of a key, known by its shape; a value under a telling
    name goes on only where strings are plainly joined.
    """
    joints = list(_JOINT.finditer(text))
    for some in _near(joints):
        yield from _joined(text, some, _shaped)
    for some in _near([each for each in joints if "," not in each[0]]):
        yield from _joined(text, some, lambda whole: _named(whole, _lowered(whole)))
        yield from _joined(text, some, _addresses)


def _near(joints: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """The joints in groups of those that stand close together."""
    group: list[re.Match[str]] = []
    for each in joints:
        if group and each.start() - group[-1].end() >= _WINDOW:
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _joined(
    text: str, joints: list[re.Match[str]], look: Callable[[str], Iterator[Found]]
) -> Iterator[Found]:
    """What `look` finds across the joints once they are taken out."""
    start, end = max(0, joints[0].start() - _WINDOW), joints[-1].end() + _WINDOW
    pieces: list[str] = []
    starts: list[int] = []  # where each piece begins in the joined text
    sources: list[int] = []  # and in the text
    size = 0
    for begin, until in zip(
        [start, *(each.end() for each in joints)],
        [*(each.start() for each in joints), min(end, len(text))],
        strict=True,
    ):
        pieces.append(text[begin:until])
        starts.append(size)
        sources.append(begin)
        size += until - begin
    for found in look("".join(pieces)):
        first, last = bisect(starts, found.start) - 1, bisect(starts, found.end - 1) - 1
        if first != last:
            begin = sources[first] + found.start - starts[first]
            yield Found(found.kind, begin, sources[last] + found.end - starts[last])


def _apart(found: list[Found]) -> Iterator[Found]:
    """The longest of those that overlap, in the order of the text."""
    end = 0
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if each.start >= end:
            yield each
            end = each.end
