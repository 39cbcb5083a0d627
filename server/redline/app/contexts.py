"""What a model is given to know with a call: gathered once for a goal, and for each step.

It is made from the texts as they were when the run began, buffers that were not saved among
them, so that it stays the same from call to call. The builtin model needs none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Protocol

from redline.app import graph, memories, project_rules, retrieval
from redline.app.files import Files
from redline.app.ports import Journal, Model
from redline.app.session import Session
from redline.core import payloads, uris
from redline.core.agent import changed_rules, drafts
from redline.core.agent.exchange import ModelRequest
from redline.core.agent.model import Goal
from redline.core.agent.state import RunState
from redline.core.context import gather
from redline.core.context.choose import Count, chosen, origins
from redline.core.context.gather import Sources
from redline.core.context.model import Candidate, ContextGiven, Excerpt, Fragment, Passage
from redline.core.context.render import message
from redline.core.context.rules import ProjectRules
from redline.core.index.model import Index
from redline.core.memory.model import Memo
from redline.core.oversight.policy import Rule, readable
from redline.core.text.text import Text
from redline.core.uris import Folder

KEPT = 8
SEARCHED = gather.MOST_HITS + 1


class Running(Protocol):
    """What of a run is needed here; `app/driver.py` has the real one."""

    session: Session
    journal: Journal
    model: Model
    state: RunState

    def files(self) -> Files:
        """The texts as the run sees them now."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """All that a context depends on. `changed` are the files that the run has changed."""

    goal: Goal
    step: str
    tests: bool
    seq: int
    folders: tuple[Folder, ...]
    changed: frozenset[str]
    rules: ProjectRules | None
    memos: tuple[Memo, ...]
    tokens: int


@dataclass(slots=True)
class Kept:
    """What was made for the last few calls; `told` is what the user was told of already.

    `found` is the last search with its words and its index, `gathered` what the last goal gave;
    both are the same for its next step. `given` are the origins that were recorded for each
    run, `counted` the runs whose memos were counted as used.
    """

    made: dict[_Asked, tuple[Fragment, ...]] = field(default_factory=dict)
    found: tuple[str, Index, tuple[str, ...]] | None = None
    gathered: tuple[tuple[Goal, int, tuple[Folder, ...]], tuple[Candidate, ...]] | None = None
    given: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)


async def filled(run: Running, request: ModelRequest, effect: str, tokens: int) -> ModelRequest:
    """`request` with what the model is given to know; where that is new, it is recorded.

    `effect` is the call it is for, `tokens` the most that it may take. Raises `StoreError`
    where it cannot be recorded.
    """
    session = run.session
    if run.state.goal is None or tokens < project_rules.LEAST:
        return request
    kept = _kept(session)
    fragments = await _fragments(run, kept, request, tokens)
    if not fragments:
        return request
    found = origins(fragments)
    if kept.given.get(run.state.id) != found:
        total = session.adapters.count_tokens(message(fragments))
        record = payloads.encode(ContextGiven(effect, found, total))
        run.journal.append(run.state.id, "context", record)
        kept.given[run.state.id] = found
        _count_uses(session, kept, run.state.id, fragments)
    return replace(request, context=fragments)


def _kept(session: Session) -> Kept:
    if session.contexts is None:
        session.contexts = Kept()
    return session.contexts


async def _fragments(
    run: Running, kept: Kept, request: ModelRequest, tokens: int
) -> tuple[Fragment, ...]:
    session, files, goal = run.session, run.files(), request.goal
    shelved = await memories.latest(session)
    steps = request.plan.steps if request.plan is not None else ()
    intent = next((step.intent for step in steps if step.id == request.step), "")
    words = "\n".join((goal.instruction, intent, *goal.diagnostics))
    asked = _Asked(
        goal,
        intent,
        request.role == "tester" or goal.action == "test",
        files.snapshot.seq,
        tuple(files.folders),
        frozenset(drafts.uris_of(files.draft)),
        _rules(session, kept, run.state),
        memories.relevant(shelved, words, goal.path),
        tokens,
    )
    if asked not in kept.made:
        made = await _made(session, kept, files, asked)
        while len(kept.made) >= KEPT:
            kept.made.pop(next(iter(kept.made)))
        kept.made[asked] = made
    return kept.made[asked]


def _rules(session: Session, kept: Kept, state: RunState) -> ProjectRules | None:
    """The rules of the project for the goal's file; what keeps them from counting is told once."""
    found = project_rules.found(session, state.goal)
    found = changed_rules.usable(state, found) if found is not None else None
    if found is not None and found.problem and found.problem not in kept.told:
        kept.told.add(found.problem)
        session.front.trouble(found.problem)
    return found if found is not None and found.text is not None else None


async def _made(session: Session, kept: Kept, files: Files, asked: _Asked) -> tuple[Fragment, ...]:
    found = await _search(session, kept, asked.goal)
    imports, policy = await graph.imports(session), session.settings.policy

    @cache
    def text_of(uri: str) -> Text | None:
        text = files.base(uri) if _readable(files, policy, uri) else None
        return text if isinstance(text, Text) else None

    sources = Sources(files.snapshot.index, imports, text_of, files.path)
    count = _counter(session.adapters.count_tokens)
    about = (asked.goal, asked.seq, asked.folders)

    def made() -> tuple[Fragment, ...]:
        if kept.gathered is None or kept.gathered[0] != about:
            kept.gathered = (about, tuple(_of_goal(sources, asked.goal, found)))
        every = (*_notes(asked), *_of_step(sources, asked.step), *kept.gathered[1])
        marked = [_marked(files, asked.changed, each) for each in every]
        return chosen(marked, asked.tokens, count, "test" if asked.tests else "rule")

    return await asyncio.to_thread(made)


async def _search(session: Session, kept: Kept, goal: Goal) -> tuple[str, ...]:
    """The files that the words of the goal lead to, by uri, best first; kept for the next step.

    Where the user points at a place, what surrounds it says more, and nothing is searched.
    """
    if goal.span is not None and goal.action != "ask":
        return ()
    words = "\n".join((goal.instruction, *goal.diagnostics))
    index = session.snapshot.index
    if kept.found is None or kept.found[0] != words or kept.found[1] is not index:
        hits = await retrieval.search(session, words, SEARCHED) if words.strip() else ()
        located = (uris.absolute(session.snapshot.folders, hit.path) for hit in hits)
        kept.found = (words, index, tuple(uri for uri in located if uri is not None))
    return tuple(uri for uri in kept.found[2] if uri != goal.uri)


def _readable(files: Files, policy: Sequence[Rule], uri: str) -> bool:
    """Whether a tool might read the file: what the policy keeps from those is kept back here."""
    path = uris.relative(files.folders, uri)
    return (path is None or readable(policy, path)) and files.inside(uri)


def _notes(asked: _Asked) -> Iterator[Candidate]:
    """Rules, and what is remembered."""
    if asked.rules is not None and asked.rules.text is not None:
        yield _project_rules(asked.rules, asked.rules.text)
    yield from map(_remembered, asked.memos)


def _of_step(sources: Sources, step: str) -> Iterator[Candidate]:
    """What the words of the step name."""
    yield from gather.definitions(sources, gather.spelled(sources, step), "named in the step")


def _of_goal(sources: Sources, goal: Goal, found: tuple[str, ...]) -> Iterator[Candidate]:
    """What has to do with the goal, whatever the step."""
    if goal.uri:
        yield from gather.place(sources, goal.uri, goal.span)
    if goal.diagnostics:
        text = "\n".join(goal.diagnostics)
        yield Passage("diagnostics", "what the editor says is wrong there", text, "editor")
    named = gather.spelled(sources, goal.instruction)
    yield from gather.definitions(sources, named, "named in the request")
    here = gather.subject(sources, goal.uri, goal.span) if goal.uri else None
    for symbol in dict.fromkeys(([here] if here else []) + list(named[:1])):
        yield from gather.calling(sources, symbol)
        yield from gather.called(sources, symbol)
    yield from gather.hits(sources, found, goal.instruction)


def _project_rules(rules: ProjectRules, text: Text) -> Passage:
    origin = f"{rules.path}@{text.digest[:12]}"
    return Passage("rule", f"{rules.path} (the rules of the project)", text.decode(), origin)


_NAMES = {"rule": "a rule of the user", "lesson": "a lesson", "run": "a past run"}


def _remembered(memo: Memo) -> Passage:
    ended = f", {memo.outcome}" if memo.outcome else ""
    source = f" (run {memo.run})" if memo.run else ""
    text = f"{memo.title}\n{memo.text}" if memo.kind != "rule" else memo.text or memo.title
    title = f"{_NAMES[memo.kind]}{ended}"
    kind = "past-run" if memo.kind == "run" else memo.kind
    return Passage(kind, title, text, f"memory/{memo.id}.md{source}")


def _marked(files: Files, changed: Collection[str], each: Candidate) -> Candidate:
    """Lines of a file that the run has changed are said to be those from before."""
    if not isinstance(each, Excerpt) or not changed:
        return each
    if files.named(each.path) not in changed:
        return each
    return replace(each, why=f"{each.why}; as it was before this run changed the file")


def _count_uses(session: Session, kept: Kept, run: str, fragments: tuple[Fragment, ...]) -> None:
    """Each memo that the model was given counts as used, once for a run."""
    if run in kept.counted:
        return
    kept.counted.add(run)
    given = (each.origin for each in fragments if each.origin.startswith("memory/"))
    memories.used(session, {origin.split(".md")[0].removeprefix("memory/") for origin in given})


@lru_cache(maxsize=4)
def _counter(count: Count) -> Count:
    """`count` that remembers: most fragments of one call are those of the call before."""
    return lru_cache(maxsize=2_000)(count)
