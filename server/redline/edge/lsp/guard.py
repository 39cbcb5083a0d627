"""Who may talk to a server that listens, and how long it waits for a word."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

INITIALIZE_SECONDS = 30.0
SHORTEST = 16
"""Characters a token has at least: fewer can be guessed."""
BEARER = "Bearer "


@dataclass(frozen=True, slots=True)
class Guard:
    """What a listener demands: its token ('' for none), and `initialize` within `seconds`.

    `remote`: clients may be on other machines, where process ids are others.
    """

    token: str = field(default="", repr=False)
    seconds: float = INITIALIZE_SECONDS
    remote: bool = False

    def admits(self, header: str | None) -> bool:
        """Whether an `Authorization` header holds the token."""
        given = header or ""
        return given.startswith(BEARER) and same(self.token, given.removeprefix(BEARER))


def same(token: str, given: object) -> bool:
    """Whether `given` is the token, in a time that tells nothing of it."""
    said = given if isinstance(given, str) else ""
    return hmac.compare_digest(token.encode(), said.encode("utf-8", "surrogatepass"))
