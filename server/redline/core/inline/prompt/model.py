"""What is asked of a model of a provider for an inline suggestion, and what it gave."""

from __future__ import annotations

from dataclasses import dataclass, field

from redline.core.agent.model import Usage
from redline.core.settings import Fill


@dataclass(frozen=True, slots=True)
class FillRequest:
    """One request, in both forms: which of them is sent is for the adapter to say.

    `prompt` and `suffix` surround what is to be inserted; `system` and `message` ask for it in
    words. At most `count` answers of `max_tokens` each are wanted, none going on past one of
    `stop`, within `seconds`. `how` is what the user set for the model.
    """

    prompt: str
    suffix: str
    system: str
    message: str
    stop: tuple[str, ...]
    count: int
    max_tokens: int
    seconds: float
    how: Fill = "auto"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a model would insert, each text whole, best first; none where it gave none."""

    texts: tuple[str, ...]
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Sending:
    """One request that left the machine: `at` (seconds since the epoch), to which model and
    address ('' for the provider's own), for which file, of how many bytes, how many of them
    placeholders. `digest` names the text that was sent; none of it is kept.
    """

    at: float
    model: str
    address: str
    path: str
    bytes: int
    redacted: int
    digest: str
