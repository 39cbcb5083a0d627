"""The vocabulary of a run: goal, calls, replies, effects, the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from redline.core.agent.plan import RoleName
from redline.core.proposal.hunks import FileOperation
from redline.core.proposal.model import Answer, Change, Check, Place, Proposal
from redline.core.text.text import Span

Action = Literal["refactor", "fix", "test", "document", "explain", "ask"]
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
FailureKind = Literal["provider", "incomplete", "budget", "policy", "timeout", "internal"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the user asked for, and where.

    `path` is relative to its folder, with `/`; `span` counts bytes in the text whose
    digest is `digest`. `lines` are 1-based and inclusive, as a person would name them.
    `choices` are (title, instruction) pairs to ask about when there is no instruction.
    `places` are those that a pasted error names, as far as they are in the workspace.
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
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A call as the model wrote it: `arguments` is JSON text, not yet believed.

    `problem` says why it is no call at all ('' where it is one); `arguments` is then the text.
    """

    id: str
    tool: str
    arguments: str
    problem: str = ""


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
    """One complete reply of a model. `cached`: it said so before, and was not asked again.

    `attempts` counts those it took, 0 where nobody was asked; `instead_of` is the model that
    was asked first, where a fallback answered in its place. `usage` is that of all its
    attempts, as far as known.
    """

    text: str
    calls: tuple[ToolRequest, ...] = ()
    usage: Usage = Usage()
    model: str = "builtin"
    cached: bool = False
    attempts: int = 1
    instead_of: str = ""

    @property
    def fallback(self) -> bool:
        """True when another model answered than the one asked."""
        return bool(self.instead_of)


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry of the transcript, in the words of step `step` (0: of the planning).

    `opens_round`: the user sent a proposal back with it. `check` is what a draft did not pass,
    where that is why the tool failed.
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
    step: int = 0


# Effects: what the run wants done. Each has an id, and the events it leads to name it.


@dataclass(frozen=True, slots=True)
class CallModel:
    """Ask the model for the next reply in `role`, with what step `step` has come to."""

    id: str
    role: RoleName
    step: int = 0


@dataclass(frozen=True, slots=True)
class RunTool:
    """Run one tool."""

    id: str
    call: ToolCall


@dataclass(frozen=True, slots=True)
class AskUser:
    """Put a question to the user; with `options`, the answer is one of them.

    `otherwise` is the answer where nobody is there to give one; without it the run waits.
    """

    id: str
    question: str
    options: tuple[str, ...] = ()
    step: int = 0
    otherwise: str = ""


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
