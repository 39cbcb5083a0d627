"""How far a round has come, as its turns tell: what is done, what is known, what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from redline.core.agent.model import Turn
from redline.core.agent.tools import BY_NAME
from redline.core.builtin import calls, intents
from redline.core.builtin.intent import Intent, Kind, Question, Refusal
from redline.core.builtin.intents import Request
from redline.core.retrieval.paths import is_test

LOOKUP = "explain"
CALLERS = "callers"
SYMBOLS = "symbols"
MOST_CALLERS = 8
NO_NAME = "give the name of what is meant"
RISK = "`risky` does it"
RISK_IT = "yes, do it all the same"
SHOW = "yes, show what was done"
STOP = "no, stop"

_NOTHING = re.compile(r"in order already|nothing is left to convert|has a docstring already")
_PLACE = re.compile(r"(?P<path>\S.*?):(?P<line>\d+)(?=\s|$)")
_HEAD = re.compile(r"### `(?P<name>[^`]+)`\n\n\w+(?: in `[^`]+`)?, `")
_PASSED = re.compile(r"^pass (?P<name>\w+)$")
_THROUGH = re.compile(r"^through (?P<name>\w+) .*")
_CALLER = re.compile(r"(?P<path>\S+):\d+ (?P<name>[\w.]+)  \(", re.MULTILINE)
_SYMBOL = re.compile(r"^(?P<path>\S+):\d+ \w+ ", re.MULTILINE)
_DONE = re.compile(r"(?:rename (?P<renamed>\S+) to \S+|inline (?P<inlined>\S+)):")
_BY_NAME: frozenset[Kind] = frozenset(
    ("callers", "callees", "references", "tests", "signature", "remove_dead")
)
_AT_LINE = frozenset(("dataclass", "comprehension"))
_AROUND: frozenset[Kind] = frozenset(("docstrings", "move"))


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the work stands. `done` counts the parts whose tools have succeeded.

    `trouble` is the failure nobody has dealt with yet; `asked` says that the user chose
    among its options already; `looked` and `called` that it was asked what stands at the
    cursor, and who calls it; `ending` that what is done is to be shown, and no more tried.
    `homed` is the part whose symbol's file was asked for; `idle` are parts that there was
    nothing to do for.
    """

    parts: tuple[Intent | Question, ...] = ()
    done: int = 0
    results: tuple[Turn, ...] = ()
    refusal: str = ""
    trouble: Turn | None = None
    asked: bool = False
    ending: bool = False
    looked: bool = False
    started: bool = False
    called: bool = False
    homed: int = -1
    idle: tuple[int, ...] = ()

    @property
    def question(self) -> Question | None:
        """The first question that must be answered before anything is done."""
        return next((each for each in self.parts if isinstance(each, Question)), None)

    @property
    def intents(self) -> tuple[Intent, ...]:
        """All parts, those in question as far as they are known."""
        return tuple(each.about if isinstance(each, Question) else each for each in self.parts)

    @property
    def lookup(self) -> Intent | None:
        """The part whose symbol must be named before its tool can do it; None for none."""
        if self.looked:
            return None
        if self.trouble is not None and self.current is not None:
            tried = self.current
            by_name = tried.kind in ("rename", "move") and not tried.name and bool(tried.line)
            return tried if by_name and NO_NAME in self.trouble.text else None
        return next((each for at, each in enumerate(self.intents) if _nameless(each, at)), None)

    @property
    def passing(self) -> Intent | None:
        """The part whose new parameter callers pass on, while nobody knows who they are."""
        intent = self.current
        if intent is None or self.called or not intent.name or self.trouble is not None:
            return None
        return intent if any(map(_PASSED.fullmatch, intent.changes)) else None

    @property
    def homeless(self) -> Intent | None:
        """The part that moves a symbol to a file beside its own, while that is not known."""
        intent = self.current
        if intent is None or intent.kind != "move" or self.homed == self.done:
            return None
        bare = intent.name and "/" not in intent.new_name and "/" in intent.path
        return intent if bare and self.trouble is None else None

    @property
    def current(self) -> Intent | None:
        """The part that is under way; None once all are done."""
        return self.intents[self.done] if self.done < len(self.parts) else None

    @property
    def made(self) -> tuple[Intent, ...]:
        """The parts that something was done for."""
        done = enumerate(self.intents[: self.done])
        return tuple(each for at, each in done if at not in self.idle)

    @property
    def may_risk(self) -> bool:
        """Whether the conversion that failed could be done where it may change something."""
        told = self.trouble is not None and RISK in self.trouble.text
        return told and self.current is not None and not self.current.risky


def of(request: Request, turns: Sequence[Turn]) -> Progress:
    """What `turns`, those of one round, have made of `request`."""
    if isinstance(request, Refusal):
        return Progress(refusal=request.reason)
    progress = Progress(request)
    for turn in turns:
        if turn.speaker == "user" and turn.options:
            progress = _answered(progress, turn.options[0])
        elif turn.speaker == "tool":
            progress = _reported(progress, turn)
    return progress


def _nameless(intent: Intent, at: int) -> bool:
    """Whether only the line says which symbol is meant, and that is not enough for the tool."""
    if intent.name or not intent.line:
        return False
    if intent.kind == "convert":
        return intent.to not in _AT_LINE or (intent.around and intent.to != "dataclass")
    return intent.around or intent.kind in _BY_NAME or (at > 0 and intent.kind in _AROUND)


def _answered(progress: Progress, answer: str) -> Progress:
    """The answer is about the first open question, the choice, or what to do after a failure."""
    question = progress.question
    if question is not None:
        found = intents.complete(question, answer)
        if isinstance(found, Refusal):
            return replace(progress, refusal=found.reason)
        parts = tuple(found if each is question else each for each in progress.parts)
        return replace(progress, parts=parts)
    trouble = progress.trouble
    if trouble is None:
        return progress
    if progress.may_risk and choose((RISK_IT, STOP), answer) == RISK_IT:
        intent = replace(progress.intents[progress.done], risky=True)
        return replace(_instead(progress, intent), trouble=None)
    if trouble.options and not progress.asked:
        return _chosen(progress, trouble, answer)
    if choose((SHOW, STOP), answer) == SHOW:
        return replace(progress, trouble=None, ending=True)
    return replace(progress, refusal=trouble.text)


def _chosen(progress: Progress, trouble: Turn, answer: str) -> Progress:
    chosen = choose(trouble.options, answer)
    if chosen and progress.intents[progress.done].kind == "fix":
        fix = replace(progress.intents[progress.done], to=chosen)
        return replace(_instead(progress, fix), trouble=None, asked=True)
    place = _PLACE.match(chosen)
    if place is None:
        choices = "; ".join(trouble.options)
        return replace(progress, refusal=f"{answer!r} is none of the choices: {choices}.")
    at = replace(progress.intents[progress.done], path=place["path"], line=int(place["line"]))
    return replace(_instead(progress, at), trouble=None, asked=True)


def _instead(progress: Progress, intent: Intent) -> Progress:
    """The progress with `intent` as the part that is under way."""
    at = progress.done
    return replace(progress, parts=(*progress.parts[:at], intent, *progress.parts[at + 1 :]))


def _reported(progress: Progress, turn: Turn) -> Progress:
    """What a tool said, of the lookup, the part that is under way, or the proposal."""
    spec = BY_NAME.get(turn.tool)
    if spec is None or spec.control or turn.tool == "revert":
        return progress
    lookup = progress.lookup
    if turn.tool == LOOKUP and lookup is not None:
        return _looked_up(progress, lookup, turn)
    passing = progress.passing
    if turn.tool == CALLERS and passing is not None:
        return _passed_on(progress, passing, turn)
    homeless = progress.homeless
    if turn.tool == SYMBOLS and homeless is not None:
        return _at_home(progress, homeless, turn)
    progress = replace(progress, started=True)
    if turn.failed and len(progress.parts) > 1 and _NOTHING.search(turn.text):
        progress = replace(progress, idle=(*progress.idle, progress.done))
    elif turn.failed:
        return _without_callers(progress) or replace(progress, trouble=turn)
    if progress.current is None:
        return replace(progress, refusal="The run took a turn the builtin model does not know.")
    results = (*progress.results, turn)
    progress = _instead(progress, _told(progress.intents[progress.done], turn))
    return replace(progress, done=progress.done + 1, results=results, trouble=None, asked=False)


def _passed_on(progress: Progress, passing: Intent, turn: Turn) -> Progress:
    """Functions that call it get the parameter too and pass it on; tests do not."""
    found = () if turn.failed else _CALLER.finditer(turn.text)
    names = {each["name"]: None for each in found if not is_test(each["path"])}
    names.pop(passing.name, None)
    progress = replace(progress, called=True)
    if not 0 < len(names) <= MOST_CALLERS:
        return progress
    through = rf"through \g<name> {', '.join(names)}"
    changes = tuple(_PASSED.sub(through, change) for change in passing.changes)
    return _instead(progress, replace(passing, changes=changes))


def _at_home(progress: Progress, moving: Intent, turn: Turn) -> Progress:
    """The target beside the one file that defines the symbol, else beside the file at hand."""
    found = {each["path"] for each in _SYMBOL.finditer(turn.text)} - {""}
    home = found.pop() if len(found) == 1 else moving.path
    folder = home.rpartition("/")[0]
    target = f"{folder}/{moving.new_name}" if folder else moving.new_name
    parts = tuple(
        replace(each, path=target)
        if isinstance(each, Intent) and at > progress.done and each.path == moving.new_name
        else each
        for at, each in enumerate(progress.parts)
    )
    moved = _instead(replace(progress, parts=parts), replace(moving, new_name=target))
    return replace(moved, homed=progress.done)


def _without_callers(progress: Progress) -> Progress | None:
    """The part again with those callers alone that have the parameter; None where it was so."""
    intent = progress.current
    if intent is None:
        return None
    changes = tuple(_THROUGH.sub(r"pass \g<name>", each) for each in intent.changes)
    return (
        _instead(progress, replace(intent, changes=changes)) if changes != intent.changes else None
    )


def _told(intent: Intent, turn: Turn) -> Intent:
    """`intent` with the name that its tool found at the line."""
    found = _DONE.match(turn.text)
    if intent.name or found is None:
        return intent
    return replace(intent, name=found["renamed"] or found["inlined"] or "")


def _looked_up(progress: Progress, lookup: Intent, turn: Turn) -> Progress:
    found = _HEAD.match(turn.text)
    progress = replace(progress, looked=True)
    if turn.failed or found is None:
        needed = lookup.kind in _BY_NAME
        reason = f"{lookup.path}:{lookup.line} is in no symbol; say which one is meant."
        return replace(progress, refusal=reason) if needed else progress
    progress = replace(progress, trouble=None)
    name, parts = found["name"], list[Intent | Question]()
    for each in progress.parts:
        if isinstance(each, Intent) and each.kind == "rename" and _means(each, name, lookup):
            container = name.rpartition(".")[0]
            parts.append(replace(each, name=name, line=0))
            name = f"{container}.{each.new_name}" if container else each.new_name
        elif isinstance(each, Intent) and not each.name and _at(each, lookup):
            parts.append(replace(each, name=name, line=0))
        else:
            parts.append(each)
    return replace(progress, parts=tuple(parts))


def _at(intent: Intent, lookup: Intent) -> bool:
    return (intent.path, intent.line) == (lookup.path, lookup.line)


def _means(intent: Intent, name: str, lookup: Intent) -> bool:
    """Whether a rename is of the symbol that was looked up."""
    if not intent.name:
        return _at(intent, lookup) and (intent.around or intent is lookup)
    return intent.path == lookup.path and f".{name}".endswith(f".{intent.name}")


def choose(options: Sequence[str], answer: str) -> str:
    """The option that `answer` means: itself, its 1-based number, or a part no other has.

    '' when it means none of them or more than one.
    """
    given = answer.strip()
    if given in options:
        return given
    if given.isdecimal():
        return options[int(given) - 1] if 1 <= int(given) <= len(options) else ""
    fitting = [option for option in options if given and given in option.split()]
    fitting = fitting or [option for option in options if given and given in option]
    return fitting[0] if len(fitting) == 1 else ""


def fits(progress: Progress, allowed: Sequence[str]) -> bool:
    """Whether a role that may call `allowed` can do all of it."""
    return {calls.TOOLS[each.kind] for each in progress.intents} <= {*allowed}
