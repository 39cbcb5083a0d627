"""What is recorded of each attempt at a model: before it leaves, and after it is over.

Together the attempts of a run are its egress list: which text was sent to which address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import FailureKind, Turn, Usage
from redline.core.context.render import message as rendered
from redline.core.gateway.routing import Why

AttemptOutcome = Literal["replied", "cached", "failed", "cancelled"]
"""`cached`: nothing left, since the same was asked before and what was said is known."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, recorded before it leaves.

    `effect` names the `CallModel` it is made for, `number` counts from 1 within it.
    `address` is '' for the provider's own. `sent` are the digests of the messages in
    order; `texts` the messages that this run sent for the first time, by digest.
    """

    effect: str
    number: int
    deployment: str
    address: str
    why: Why
    sent: tuple[str, ...]
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of an attempt. `usage` is None where it is not known; `kind` '' for a reply."""

    effect: str
    number: int
    outcome: AttemptOutcome
    kind: FailureKind | Literal[""] = ""
    seconds: float = 0.0
    usage: Usage | None = None


def messages(request: ModelRequest) -> tuple[str, ...]:
    """Every text of a request, each with who speaks on its first line."""
    given = (f"context\n{rendered(request.context)}",) if request.context else ()
    return (f"system\n{request.system}", *given, *map(_message, request.turns))


def digest(message: str) -> str:
    """Names a message: 32 hex digits of its SHA-256."""
    return sha256(message.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _message(turn: Turn) -> str:
    head = " ".join(word for word in (turn.speaker, turn.tool) if word)
    calls = [f"call {each.tool} {each.arguments}" for each in turn.calls]
    options = [f"option {each}" for each in turn.options]
    return "\n".join([head, *([turn.text] if turn.text else []), *calls, *options])
