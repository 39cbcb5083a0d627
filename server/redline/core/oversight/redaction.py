"""What stands in for the secrets of a run: placeholders, the same for a secret all along.

`[redacted:aws-key:1]` goes out in the place of a key; where it comes back, in the
arguments of a tool call, the key stands again. A text that holds such words of its own has
them replaced as well, so that what comes back is always what went out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from redline.core.oversight import secrets
from redline.core.oversight.secrets import LEAST, Found

ENCODED, WORDS = "encoded", "words"
PLACEHOLDER = re.compile(r"\[redacted:[a-z0-9-]{1,30}:(\d{1,9})\]")


@dataclass(frozen=True, slots=True, eq=False)
class Redaction:
    """The secrets of one run by their placeholders, and what else each may look like.

    `seen` is the highest number given out so far, also before the server was restarted.
    """

    secrets: Mapping[str, str] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)
    disguises: frozenset[str] = frozenset()
    seen: int = 0

    def __repr__(self) -> str:
        return f"Redaction({len(self.secrets)} secrets)"


def continued(texts: Iterable[str]) -> Redaction:
    """A redaction that gives out no number that stands in `texts` already."""
    numbers = (int(found[1]) for text in texts for found in PLACEHOLDER.finditer(text))
    return Redaction(seen=max(numbers, default=0))


def redacted(redaction: Redaction, text: str, foreign: bool = False) -> tuple[Redaction, str]:
    """`text` with a placeholder for each secret, and the redaction that knows them all.

    `foreign`: the text never was ours, so what looks like a placeholder in it is none.
    """
    redaction = learnt(redaction, text, foreign)
    return redaction, hidden(redaction, text)


def restored(redaction: Redaction, text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with the secrets back in it, and the placeholders that stand for nothing known."""
    unknown: list[str] = []

    def secret(found: re.Match[str]) -> str:
        if found[0] not in redaction.secrets:
            unknown.append(found[0])
        return redaction.secrets.get(found[0], found[0])

    return PLACEHOLDER.sub(secret, text), tuple(dict.fromkeys(unknown))


def counted(text: str) -> int:
    """How many places of a text are redacted."""
    return len(PLACEHOLDER.findall(text))


def learnt(redaction: Redaction, text: str, foreign: bool = False) -> Redaction:
    """The redaction that also knows the secrets of `text`.

    `foreign`: the text never was ours, so what looks like a placeholder in it is none.
    """
    new = {text[each.start : each.end]: each.kind for each in secrets.find(text)}
    if foreign:
        new |= {found[0]: WORDS for found in PLACEHOLDER.finditer(text)}
    else:
        new = {secret: kind for secret, kind in new.items() if not PLACEHOLDER.search(secret)}
    disguises = redaction.disguises | {
        each
        for secret, kind in new.items()
        if kind not in (ENCODED, WORDS) and secret not in redaction.placeholders
        for each in (secrets.encodings(secret) if len(secret) >= LEAST else ())
    }
    worn = sorted((each for each in disguises if each in text), key=lambda each: (-len(each), each))
    new |= dict.fromkeys(worn, ENCODED)
    new = {secret: kind for secret, kind in new.items() if secret not in redaction.placeholders}
    if not new:
        return redaction
    names = {
        secret: f"[redacted:{kind}:{redaction.seen + at}]"
        for at, (secret, kind) in enumerate(new.items(), 1)
    }
    return Redaction(
        {**redaction.secrets, **{name: secret for secret, name in names.items()}},
        {**redaction.placeholders, **names},
        disguises,
        redaction.seen + len(new),
    )


@lru_cache(maxsize=1024)
def hidden(redaction: Redaction, text: str) -> str:
    """`text` with the secrets that are known replaced. A short one only where it was found."""
    known = redaction.placeholders
    spans = [each for each in secrets.find(text) if text[each.start : each.end] in known]
    for secret in known:
        if len(secret) >= LEAST and secret in text:
            spans += [Found("", at, at + len(secret)) for at in _places(text, secret)]
    if not spans:
        return text
    # Our own placeholders are left alone, unless the text had them before we had any.
    kept = [
        (found.start(), found.end())
        for found in PLACEHOLDER.finditer(text)
        if found[0] not in known
    ]
    parts: list[str] = []
    end = 0
    for each in sorted(spans, key=lambda each: (each.start, -each.end)):
        if each.start < end or any(a < each.end and each.start < b for a, b in kept):
            continue
        parts += (text[end : each.start], known[text[each.start : each.end]])
        end = each.end
    return "".join((*parts, text[end:]))


def _places(text: str, part: str) -> Iterable[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))
