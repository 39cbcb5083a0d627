"""The vocabulary of a run: goal, plan, calls, effects, events, state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from redline.core.oversight.budget import Budget, Spend
from redline.core.proposal.hunks import FileOperation
from redline.core.proposal.model import Answer, Change, Check, Proposal
from redline.core.text.text import Span

Action = Literal["refactor", "fix", "test", "document", "explain", "ask"]
RoleName = Literal["planner", "scout", "refactorer", "tester", "documenter", "reviewer"]
Phase = Literal[
    "planning",
    "working",
    "checking",
    "waiting",
    "proposed",
    "answered",
    "done",
    "failed",
    "cancelled",
]
Argument = str | int | bool | list[str]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the user asked for, and where.

    `path` is relative to its folder, with `/`; `span` counts bytes in the text whose
    digest is `digest`. `lines` are 1-based and inclusive, as a person would name them.
    `choices` are (title, instruction) pairs to ask about when there is no instruction.
    """

    action: Action
    instruction: str
    uri: str = ""
    path: str = ""
    span: Span | None = None
    lines: tuple[int, int] | None = None
    digest: str = ""
    language: str = ""
    diagnostics: tuple[str, ...] = ()
    instruction_comment: Span | None = None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan. `evidence` says how it is known to be done."""

    id: int
    intent: str
    role: RoleName
    status: Literal["open", "active", "done", "skipped"] = "open"
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the goal will be reached; `revision` counts from 1."""

    goal: str
    steps: tuple[Step, ...]
    revision: int = 1


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A call as the model wrote it: `arguments` is JSON text, not yet believed."""

    id: str
    tool: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call whose tool exists and whose arguments fit its parameters."""

    id: str
    step: int
    tool: str
    arguments: Mapping[str, Argument]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool returned.

    `failure` is for the model to act on ('' when it worked); `options` are the choices
    where the request was ambiguous. `changes` count in the text after the draft so far;
    `dropped` are the files whose changes are taken back before. `check` is what a draft
    that was to be proposed did not pass.
    """

    call: str
    output: str
    truncated: bool = False
    failure: str = ""
    options: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    base: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    proposal: Proposal | None = None
    operations: tuple[FileOperation, ...] = ()
    dropped: tuple[str, ...] = ()
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call; `cost` in US dollars, None where unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete reply of a model."""

    text: str
    calls: tuple[ToolRequest, ...] = ()
    usage: Usage = Usage()
    model: str = "builtin"


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry of the transcript. `opens_round`: the user sent a proposal back with it.

    `check` is what a draft did not pass, where that is why the tool failed.
    """

    speaker: Literal["user", "model", "tool"]
    text: str
    calls: tuple[ToolRequest, ...] = ()
    call: str = ""
    tool: str = ""
    failed: bool = False
    options: tuple[str, ...] = ()
    opens_round: bool = False
    check: Check | None = None


# Effects: what the run wants done. Each has an id, and the events it leads to name it.


@dataclass(frozen=True, slots=True)
class CallModel:
    """Ask the model for the next reply, in `role`, with the transcript as it stands."""

    id: str
    role: RoleName


@dataclass(frozen=True, slots=True)
class RunTool:
    """Run one tool."""

    id: str
    call: ToolCall


@dataclass(frozen=True, slots=True)
class AskUser:
    """Put a question to the user; with `options`, the answer is one of them."""

    id: str
    question: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Let `seconds` pass."""

    id: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Publish:
    """Show a proposal or an answer to the user."""

    id: str
    proposal: Proposal | None = None
    answer: Answer | None = None


Outcome = Literal["proposed", "answered", "escalated", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Finish:
    """The run is over."""

    id: str
    outcome: Outcome
    reason: str = ""


Effect = CallModel | RunTool | AskUser | Wait | Publish | Finish


@dataclass(frozen=True, slots=True)
class Draft:
    """The changes so far, in coordinates of the texts in `base` (uri to digest).

    A file has one operation at most. Its changes keep the name it had; those of a file
    that is created count in the empty text, and one that is deleted has none.
    """

    base: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    operations: tuple[FileOperation, ...] = ()


# Events: what happened. `effect` names the effect that led to it.


@dataclass(frozen=True, slots=True)
class Begun:
    """The user asked. Everything the run depends on is in here, so that it can be replayed."""

    effect: str
    goal: Goal
    model: str
    budget: Budget


@dataclass(frozen=True, slots=True)
class ModelReplied:
    """A complete reply. `seconds` is the time the call took."""

    effect: str
    reply: Reply
    seconds: float = 0.0


FailureKind = Literal["provider", "incomplete", "budget", "policy", "timeout", "internal"]


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
class Cancelled:
    """The user stopped the run."""

    effect: str = ""


Event = (
    Begun
    | ModelReplied
    | ModelFailed
    | ToolReturned
    | ToolFailed
    | UserAnswered
    | TimeElapsed
    | BaseMoved
    | BaseKept
    | SentBack
    | Cancelled
)


@dataclass(frozen=True, slots=True)
class RunState:
    """All a run knows. Folding its events over `RunState(id)` gives it back."""

    id: str
    goal: Goal | None = None
    model: str = ""
    budget: Budget = Budget()
    plan: Plan | None = None
    transcript: tuple[Turn, ...] = ()
    draft: Draft = Draft()
    pending: Mapping[str, Effect] = field(default_factory=dict)
    queue: tuple[ToolRequest, ...] = ()
    spend: Spend = Spend()
    phase: Phase = "planning"
    outcome: Outcome | None = None
    reason: str = ""
    proposal: Proposal | None = None
    answer: Answer | None = None
    effects: int = 0
    nudges: int = 0
    round: int = 1

    @property
    def finished(self) -> bool:
        """True once nothing more will happen."""
        return self.outcome is not None

    @property
    def step(self) -> Step | None:
        """The active step of the plan."""
        steps = self.plan.steps if self.plan else ()
        return next((step for step in steps if step.status == "active"), None)
