"""What happens to a run. Each event names the effect that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from redline.core.agent.model import Draft, FailureKind, Goal, Reply, ToolResult
from redline.core.oversight.budget import Budget
from redline.core.oversight.policy import Doubt


@dataclass(frozen=True, slots=True)
class Begun:
    """The user asked. Everything the run depends on is in here, so that it can be replayed.

    So many steps that only read may be under way at once (`abreast`). With `reviewed`, a
    reviewer reads what was generated before the user is shown it. `versions` are digests of
    the prompts, the model, the tools and the policy it began with.
    """

    effect: str
    goal: Goal
    model: str
    budget: Budget
    versions: Mapping[str, str] = field(default_factory=dict)
    abreast: int = 1
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class ModelReplied:
    """A complete reply. `seconds` is the time the call took."""

    effect: str
    reply: Reply
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """The one attempt failed."""

    effect: str
    kind: FailureKind
    message: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ToolReturned:
    """A tool answered, possibly with a failure the model can act on."""

    effect: str
    result: ToolResult
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ToolFailed:
    """A tool could not run at all: denied, timed out, or broke."""

    effect: str
    kind: FailureKind
    message: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class UserAnswered:
    """The user's answer to a question."""

    effect: str
    answer: str


@dataclass(frozen=True, slots=True)
class ApprovalNeeded:
    """The policy wants the user's yes before the effect; `doubts` are what it asks about.

    Before a call of a model it is the rules of the project that are asked about, by the
    `digest` of their text; `doubts` then name the file.
    """

    effect: str
    question: str
    doubts: tuple[Doubt, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class TimeElapsed:
    """A wait is over."""

    effect: str


@dataclass(frozen=True, slots=True)
class BaseMoved:
    """A text the draft rests on has changed since; the draft for it is dropped."""

    effect: str
    uri: str
    digest: str


@dataclass(frozen=True, slots=True)
class BaseKept:
    """A text the proposal rests on, kept so that the proposal outlives the server."""

    effect: str
    uri: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SentBack:
    """The user wants a part of the proposal done anew, over the texts as they are now.

    `draft` is what stays of the proposal; `words` say what does not, and why. Where
    nothing is left to be thought about, `ready` is the title to propose the draft under.
    """

    effect: str
    goal: Goal
    words: str
    draft: Draft
    ready: str = ""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The server ended while the run was under way; another one found it.

    With a question open the run goes on: what was under way beside it is done again.
    """

    effect: str
    reason: str = "the server ended while the run was under way; ask again"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The run is stopped, for the reason that its user is told."""

    effect: str = ""
    reason: str = "stopped by the user"


Event = (
    Begun
    | ModelReplied
    | ModelFailed
    | ToolReturned
    | ToolFailed
    | UserAnswered
    | ApprovalNeeded
    | TimeElapsed
    | BaseMoved
    | BaseKept
    | SentBack
    | Interrupted
    | Cancelled
)
