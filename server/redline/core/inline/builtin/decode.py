"""Likely lines, token by token: a beam over what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from redline.core.inline.builtin.mixing import Source
from redline.core.inline.builtin.tokens import indent_after

WIDTH = 3
MOST_TOKENS = 40
LEAST = 0.02
"""A token less likely than this ends a path."""
UNHEARD = -6.0
"""Stands for the logarithm of a chance nothing speaks for."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a line is continued. `context` are the tokens before; the first token to come
    begins with `partial`. `opening` is what the break begins with that is still to be found,
    b"" within a line; the indentation after it begins with `typed`, and was `indent` before.
    """

    context: tuple[bytes, ...]
    partial: bytes
    opening: bytes
    typed: bytes
    indent: bytes

    def allows(self, token: bytes, at: int) -> bool:
        """Whether a token may be the one at this place of the continuation."""
        if self.opening:
            if at:
                return True
            if not token.startswith(self.opening) or token[2:3] == b"~":
                return False
            after = indent_after(token, self.indent)
            return after is not None and after.startswith(self.typed)
        return at > 0 or token.startswith(self.partial)


@dataclass(frozen=True, slots=True)
class Path:
    """Tokens with the logarithm of each one's chance, that of the line's end being the last.

    `lengths` are how many tokens were known before each; `support` is what speaks for the first.
    """

    tokens: tuple[bytes, ...]
    logs: tuple[float, ...]
    lengths: tuple[int, ...]
    support: float

    @property
    def total(self) -> float:
        """The logarithm of the chance of the whole."""
        return sum(self.logs)


_NONE = Path((), (), (), 0.0)


def _chances(source: Source, start: Start, path: Path) -> tuple[dict[bytes, float], int, float]:
    """What may come after a path, with the chances of what may come at all."""
    found = source.next((*start.context, *path.tokens))
    at = len(path.tokens)
    if at:
        return found.chances, found.length, found.support
    allowed = {token: chance for token, chance in found.chances.items() if start.allows(token, at)}
    total = sum(allowed.values())
    if not total:
        return allowed, found.length, found.support
    return {token: each / total for token, each in allowed.items()}, found.length, found.support


def _ended(chances: dict[bytes, float]) -> float:
    return sum(chance for token, chance in chances.items() if token[:1] == b"\n")


def paths(source: Source, start: Start, width: int = WIDTH) -> list[Path]:
    """Likely continuations up to the line's end, best first."""
    beam, done = [_NONE], list[Path]()
    for _ in range(MOST_TOKENS):
        longer: list[Path] = []
        for path in beam:
            _extend(source, start, path, (longer, done))
        best = max((each.total for each in done), default=float("-inf"))
        longer.sort(key=lambda each: -each.total)
        beam = [each for each in longer[:width] if each.total > best]
        if not beam:
            break
    return sorted(done, key=lambda each: -each.total)


def _extend(source: Source, start: Start, path: Path, into: tuple[list[Path], list[Path]]) -> None:
    longer, done = into
    chances, length, support = _chances(source, start, path)
    enough = len(path.tokens) >= (2 if start.opening else 1)
    if enough and (end := _ended(chances)) > 0:
        done.append(_added(path, (), log(min(1.0, end)), (length, support)))
    for token, chance in sorted(chances.items(), key=lambda each: (-each[1], each[0]))[:WIDTH]:
        breaks = token[:1] == b"\n"
        if chance >= LEAST and breaks == (bool(start.opening) and not path.tokens):
            longer.append(_added(path, (token,), log(min(1.0, chance)), (length, support)))


def _added(path: Path, token: tuple[bytes, ...], chance: float, known: tuple[int, float]) -> Path:
    length, support = known
    return Path(
        (*path.tokens, *token),
        (*path.logs, chance),
        (*path.lengths, length),
        path.support if path.logs else support,
    )


def followed(source: Source, start: Start, tokens: tuple[bytes, ...]) -> Path:
    """How likely these tokens are as the whole continuation."""
    path = _NONE
    for token in tokens:
        chances, length, support = _chances(source, start, path)
        chance = chances.get(token, 0.0)
        known = length, support
        path = _added(path, (token,), max(UNHEARD, log(chance)) if chance else UNHEARD, known)
    chances, length, support = _chances(source, start, path)
    end = _ended(chances)
    return _added(path, (), max(UNHEARD, log(min(1.0, end))) if end else UNHEARD, (length, support))
