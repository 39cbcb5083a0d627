"""Our own messages, as they stand on the wire. docs/protocol.md describes each; a test pins both.

Field names become camelCase. Ranges are LSP ranges in the negotiated encoding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass

from lsprotocol import types

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class RunMessage:
    """`redline/run`: a run moved on."""

    run: str
    state: str
    action: str
    step: str | None = None
    message: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class StepItem:
    """One step of the plan."""

    id: int
    intent: str
    role: str
    status: str
    evidence: str


@dataclass(frozen=True, slots=True)
class HunkItem:
    """A hunk as it stands now; `range` covers its lines in the current text.

    `proposed_range` covers them in the document that shows the proposal applied. `guard`
    says why accepting all leaves it out, '' when it does not.
    """

    id: str
    uri: str
    range: types.Range | None
    before: str
    after: str
    reason: str
    origin: str
    status: str
    digest: str
    operation: str
    target: str
    proposed_range: types.Range | None
    guard: str


@dataclass(frozen=True, slots=True)
class FileItem:
    """A file of a proposal, and the documents that show it without and with the changes."""

    uri: str
    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CheckItem:
    """A check and its outcome."""

    name: str
    scope: str
    outcome: str
    detail: str
    seconds: float
    passed: int
    ran: int


@dataclass(frozen=True, slots=True)
class ProposalMessage:
    """`redline/proposal`: a proposal was published, or a hunk's status changed."""

    id: str
    run: str
    title: str
    summary: str
    risk: str
    notes: tuple[str, ...]
    hunks: tuple[HunkItem, ...]
    checks: tuple[CheckItem, ...]
    diff: str
    state: str
    reason: str
    at: float
    action: str
    instruction: str
    round: int
    files: tuple[FileItem, ...]


@dataclass(frozen=True, slots=True)
class PlaceItem:
    """A place an answer speaks of; `line` is 1-based."""

    uri: str
    line: int
    label: str


@dataclass(frozen=True, slots=True)
class AnswerMessage:
    """`redline/answer`: a run ended in an answer."""

    id: str
    run: str
    markdown: str
    places: tuple[PlaceItem, ...]


@dataclass(frozen=True, slots=True)
class QuestionMessage:
    """`redline/question`: a run waits for the user."""

    run: str
    question: str
    text: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewMessage:
    """`redline/review`: the user asked to see a proposal."""

    proposal: str
    hunk: str | None = None


@dataclass(frozen=True, slots=True)
class IndexMessage:
    """`redline/index`: how far the index is."""

    state: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The result of an `agent.*` command."""

    run: str


@dataclass(frozen=True, slots=True)
class AcceptResult:
    """The result of `redline.accept`."""

    accepted: tuple[str, ...]
    stale: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    undone: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class NextEdit:
    """The result of `redline.nextEdit`: where an edit is due, and what it puts there."""

    uri: str
    range: types.Range
    text: str
    what: str
    applied: bool


@dataclass(frozen=True, slots=True)
class RunItem:
    """One run in the result of `redline.runs`."""

    run: str
    at: float
    action: str
    instruction: str
    state: str
    title: str
    proposal: str


@dataclass(frozen=True, slots=True)
class RunDetail:
    """The result of `redline.show`: one run as a timeline: a heading, then items of plain text."""

    run: str
    state: str
    plan: tuple[StepItem, ...]
    timeline: str


@dataclass(frozen=True, slots=True)
class InlineShown:
    """`redline/inline/shown`, from the client: a suggestion is on the screen."""

    id: str


@dataclass(frozen=True, slots=True)
class InlineAccepted:
    """`redline/inline/accepted`, from the client: a suggestion was put in, or a part of it."""

    id: str
    characters: int
    whole: bool


@dataclass(frozen=True, slots=True)
class InlineDismissed:
    """`redline/inline/dismissed`, from the client: a suggestion was waved away."""

    id: str


NOTIFICATIONS: Mapping[str, type] = {
    "redline/run": RunMessage,
    "redline/proposal": ProposalMessage,
    "redline/answer": AnswerMessage,
    "redline/question": QuestionMessage,
    "redline/review": ReviewMessage,
    "redline/index": IndexMessage,
}


@dataclass(frozen=True, slots=True)
class InlineStep:
    """One step of a request for inline suggestions."""

    step: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class InlineResult:
    """The answer to `redline.inline`."""

    state: str
    languages_off: tuple[str, ...]
    language: str | None = None
    until: float | None = None
    trace: tuple[InlineStep, ...] | None = None


RECEIVED: Mapping[str, type] = {
    "redline/inline/shown": InlineShown,
    "redline/inline/accepted": InlineAccepted,
    "redline/inline/dismissed": InlineDismissed,
}

RESULTS: Mapping[str, type] = {
    "agent.*": RunStarted,
    "redline.accept": AcceptResult,
    "redline.runs": RunItem,
    "redline.show": RunDetail,
    "redline.inline": InlineResult,
    "redline.nextEdit": NextEdit,
}


def to_json(value: object) -> Json:
    """A message as JSON values; fields that are None are left out."""
    if isinstance(value, types.Range):
        return {"start": to_json(value.start), "end": to_json(value.end)}
    if isinstance(value, types.Position):
        return {"line": value.line, "character": value.character}
    if is_dataclass(value) and not isinstance(value, type):
        found = {each.name: getattr(value, each.name) for each in fields(value)}
        return {_camel(name): to_json(item) for name, item in found.items() if item is not None}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} has no place on the wire")


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
