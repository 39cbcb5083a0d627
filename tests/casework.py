"""Plays one case: a real session on real files, with the model the case scripts."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from casefile import Case
from redline import main
from redline.adapters.models.scripted import ScriptedModel
from redline.app import documents, history, indexing, runs
from redline.app.driver import Run
from redline.app.review import acceptance, rounds
from redline.app.review.acceptance import Choice
from redline.app.review.editor import FileChange
from redline.app.runs import Asked, Refused
from redline.app.session import Session, Workspace, current_text, journal_of, publish_index
from redline.core import payloads, uris
from redline.core.agent import script
from redline.core.agent.events import ModelReplied
from redline.core.agent.model import AskUser
from redline.core.agent.state import RunState
from redline.core.index.build import IndexBatch
from redline.core.index.extract import extract, parse
from redline.core.index.model import Facts
from redline.core.oversight.policy import Verdict
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Answer, Operation
from redline.core.proposal.render import summary
from redline.core.settings import Settings
from redline.core.text.positions import Encoding, range_at
from redline.core.text.sync import ContentChange
from redline.core.text.text import Span, Text
from redline.core.uris import Folder

_TYPED = re.compile(r"^(?P<path>\S+): (?P<old>\".*\") -> (?P<new>\".*\")$")


@dataclass
class Front:
    """Keeps what the user would see; answers questions with the case's own answers."""

    answers: list[str]
    session: Session | None = None
    live: LiveProposal | None = None
    answer: Answer | None = None
    asked_: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def run_changed(self, state: RunState, message: str) -> None: ...

    def proposal_changed(self, live: LiveProposal) -> None:
        """The one to be seen is the last; one that another round replaced comes no more."""
        if not live.expired or self.live is None or self.live.proposal.id == live.proposal.id:
            self.live = live

    def answered(self, answer: Answer) -> None:
        self.answer = answer

    def asked(self, state: RunState, question: AskUser) -> None:
        assert self.session is not None
        self.asked_.append(" | ".join([question.question, *question.options]))
        if self.answers:
            runs.answer(self.session, state.id, question.id, self.answers.pop(0))
        else:
            runs.cancel(self.session, state.id)

    def index_changed(self, done: int, total: int, complete: bool) -> None: ...

    def trouble(self, message: str) -> None:
        self.troubles.append(message)


@dataclass(frozen=True)
class Editor:
    """An honest editor: applies to its open documents, and to the disk for closed files."""

    session: Session

    async def apply(
        self, label: str, changes: Sequence[FileChange], confirm: bool
    ) -> tuple[bool, str]:
        for change in changes:
            if change.operation == "create":
                _file(change.uri).parent.mkdir(parents=True, exist_ok=True)
                with _file(change.uri).open("xb") as file:
                    file.write(change.edited.data)
            elif change.operation == "delete":
                _file(change.uri).unlink()
                self.session.documents.pop(change.uri, None)
            elif change.edits:
                self.replace(change)
            if change.operation == "rename":
                self.rename(change.uri, change.target)
        return True, ""

    def replace(self, change: FileChange) -> None:
        opened = self.session.documents.get(change.uri)
        if opened is None:
            _file(change.uri).write_bytes(change.edited.data)
            return
        whole = ContentChange(None, change.edited.decode())
        version = (opened.document.version or 0) + 1
        assert not documents.change_document(self.session, change.uri, version, [whole])

    def rename(self, uri: str, target: str) -> None:
        assert not _file(target).exists()
        _file(target).parent.mkdir(parents=True, exist_ok=True)
        _file(uri).rename(_file(target))
        opened = self.session.documents.get(uri)
        if opened is not None:
            text = opened.document.text.decode()
            documents.close_document(self.session, uri)
            documents.open_document(self.session, target, _language(target), 1, text)

    async def reveal(self, uri: str) -> None: ...

    def takes(self, operation: Operation) -> bool:
        return True


class Inline:
    """The port `Indexer` in this process: a case has a handful of small files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def build(self, folders: object, settings: Settings):
        languages = main.adapters(settings).languages
        facts: dict[str, Facts] = {}
        for path in sorted(each for each in self.root.rglob("*") if each.is_file()):
            uri, text = uris.from_path(path.as_posix()), Text(path.read_bytes())
            language = languages.for_path(uri)
            if language is not None:
                facts[uri] = extract(language, parse(language, text), text)
        yield IndexBatch(len(facts), len(facts), 0, facts)


def play(case: Case, root: Path) -> dict[str, str]:
    """Runs the case in `root`; its `@` sections as they turned out."""
    return asyncio.run(_play(case, root))


async def _play(case: Case, root: Path) -> dict[str, str]:
    selected = _written(case, root)
    request = _request(case)
    front = Front([request[key] for key in sorted(request) if key.startswith("answer")])
    session = _session(case, root, front)
    await indexing.complete(session)
    if selected:
        path, _ = selected
        text = (root / path).read_bytes().decode()
        documents.open_document(session, _uri(root, path), _language(path), 1, text)
        documents.settle(session, _uri(root, path))
    try:
        goal = runs.goal_of(session, _asked(request, root, selected))
        if isinstance(goal, Refused):
            return {"outcome": f"refused: {goal.message}\n"}
        run = runs.begin(session, goal)
        if isinstance(run, Refused):
            return {"outcome": f"refused: {run.message}\n"}
        await run.finished.wait()
        _type(case, session, root)
        run = await _revise(case, session, front) or run
        accepted = await _accept(case, session, front)
        _replayed(session, run)
        told = _told(run, front, accepted, session, root)
        return {name: _masked(text, run, root) for name, text in told.items()}
    finally:
        await runs.close(session)
        await session.adapters.servers.close()


def _written(case: Case, root: Path) -> tuple[str, Span] | None:
    selected = None
    for path, text in case.files.items():
        data = text.encode()
        if "$0" in text:
            at = data.index(b"$0")
            data, selected = data.replace(b"$0", b"", 1), (path, Span(at, at))
        elif "<<" in text and ">>" in text:
            start = data.index(b"<<")
            end = data.index(b">>") - 2
            data = data.replace(b"<<", b"", 1).replace(b">>", b"", 1)
            selected = (path, Span(start, end))
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return selected


def _request(case: Case) -> dict[str, str]:
    """`key: value` lines; the others are the instruction."""
    result = {"action": "refactor", "instruction": ""}
    for line in (case.get("request") or "").splitlines():
        key, colon, value = line.partition(": ")
        if colon and re.fullmatch(r"action|path|server|answer\d*", key):
            result[key] = value
        elif line.strip():
            result["instruction"] += f"{line.rstrip()}\n"
    return {**result, "instruction": result["instruction"].strip()}


def _session(case: Case, root: Path, front: Front) -> Session:
    # What else is installed on a machine is not part of a case.
    others = dict.fromkeys(("javascript", "typescript", "tsx", "go", "rust", "cpp", "java"), ())
    budget = replace(Settings().budget, model_calls=12)
    settings = Settings(budget=budget, servers={**Settings().servers, **others})
    server = _request(case).get("server")
    if server:
        settings = replace(settings, servers={**settings.servers, "python": (server,)})
    adapters = main.adapters(settings)
    adapters = replace(adapters, indexer=Inline(root))
    scripted = case.get("model")
    if scripted is not None:
        parsed, problems = script.parse(scripted, str(case.path), case.line("model"))
        assert not problems, "\n".join(map(str, problems))
        adapters = replace(adapters, models=_Only(ScriptedModel(parsed)))
    folder = Folder(uris.from_path(root.as_posix()), "project")
    session = Session(adapters, Workspace((folder,)), front, settings=settings)
    session.encoding = Encoding.UTF8
    session.workspace.sessions.append(session)
    front.session = session
    publish_index(session)
    return session


@dataclass(frozen=True)
class _Only:
    model: ScriptedModel

    def named(self, name: str, settings: Settings) -> ScriptedModel:
        return self.model


def _asked(request: dict[str, str], root: Path, selected: tuple[str, Span] | None) -> Asked:
    path, span = selected if selected else (request.get("path", ""), None)
    uri = _uri(root, path) if path else ""
    return Asked(request["action"], request["instruction"], uri, span)  # type: ignore[arg-type]


def _replayed(session: Session, run: Run) -> None:
    """The journal alone gives back the same state, with nothing asked for that was not."""
    again = history.told(session, run.state.id)
    assert not isinstance(again, str), again
    assert (again.differences, again.state) == ((), run.state)
    assert history.verified(session) == ""


def _type(case: Case, session: Session, root: Path) -> None:
    """The user's edits while the proposal is open: `path: "old" -> "new"`, JSON strings."""
    for line in (case.get("typed") or "").splitlines():
        found = _TYPED.match(line)
        assert found, f"{case.path}: cannot read {line!r}"
        uri = _uri(root, found["path"])
        old, new = json.loads(found["old"]).encode(), json.loads(found["new"])
        if uri not in session.documents:
            text = (root / found["path"]).read_bytes().decode()
            documents.open_document(session, uri, _language(found["path"]), 1, text)
        document = session.documents[uri].document
        assert document.text.data.count(old) == 1, f"{old!r} must occur once"
        at = document.text.data.index(old)
        range_ = range_at(document.text, Span(at, at + len(old)), session.encoding)
        change = ContentChange(range_, new)
        assert not documents.change_document(session, uri, (document.version or 0) + 1, [change])


async def _revise(case: Case, session: Session, front: Front) -> Run | None:
    """Hunks that are sent back: `1 2: comment` (`all` for every one), a line a round.

    With no comment they are asked for again. Returns the run of the last round.
    """
    run = None
    for line in (case.get("revise") or "").splitlines():
        assert front.live is not None
        proposal = front.live.proposal
        numbers, _, comment = line.partition(":")
        chosen = [f"{proposal.id}.{number}" for number in numbers.split()]
        hunks = None if numbers == "all" else chosen
        found = rounds.revise(session, proposal.id, hunks, comment.strip())
        assert isinstance(found, Run), f"{case.path}: {found}"
        run = found
        await run.finished.wait()
    return run


async def _accept(case: Case, session: Session, front: Front) -> str:
    wanted = (case.get("accept") or "").split()
    if not wanted or front.live is None:
        return ""
    proposal = front.live.proposal
    hunks = None if wanted == ["all"] else [f"{proposal.id}.{number}" for number in wanted]
    done = await acceptance.accept(session, Editor(session), Choice(proposal.id, hunks))
    return done.message


def _told(run: Run, front: Front, accepted: str, session: Session, root: Path) -> dict[str, str]:
    state = run.state
    steps = state.plan.steps if state.plan else ()
    entries = journal_of(session).entries(state.id)
    events = [payloads.decode(e.payload) for e in entries if e.payload is not None]
    calls = [c for e in events if isinstance(e, ModelReplied) for c in e.reply.calls]
    verdicts = [e for e in events if isinstance(e, Verdict) and e.decision.name != "ALLOW"]
    return {
        "plan": "".join(f"{s.id}. {s.role}: {s.intent} [{s.status}]\n" for s in steps),
        "calls": "".join(f"{call.tool} {call.arguments}\n" for call in calls),
        "verdicts": "".join(f"{v.decision.name} {v.because}\n" for v in verdicts),
        "questions": "".join(f"{text}\n" for text in front.asked_),
        "proposal": _proposal(front, session),
        "answer": f"{front.answer.markdown}\n" if front.answer else "",
        "review": _review(session, front, accepted, root),
        "outcome": f"{state.outcome}: {state.reason}\n" if state.reason else f"{state.outcome}\n",
    }


def _proposal(front: Front, session: Session) -> str:
    if front.live is None:
        return ""
    proposal = front.live.proposal
    lines = [f"{proposal.title} ({summary(proposal)}, risk {proposal.risk})"]
    lines += [f"note: {note}" for note in proposal.notes]
    for number, hunk in enumerate(proposal.hunks, 1):
        path = uris.relative(session.snapshot.folders, hunk.uri)
        if hunk.operation != "edit":
            path = f"{hunk.operation} {path}"
        if hunk.target:
            path = f"{path} -> {uris.relative(session.snapshot.folders, hunk.target)}"
        lines.append(f"{number} {path} {hunk.origin}: {hunk.reason}")
        lines += [f"-{line}" for line in hunk.before.decode().splitlines()]
        lines += [f"+{line}" for line in hunk.after.decode().splitlines()]
    return "\n".join(lines) + "\n"


def _review(session: Session, front: Front, accepted: str, root: Path) -> str:
    if front.live is None or not accepted:
        return ""
    live = session.proposals[front.live.proposal.id]
    lines = [accepted]
    for number, each in enumerate(live.hunks, 1):
        lines.append(f"{number} {each.status}")
    targets = [hunk.target for hunk in live.proposal.hunks if hunk.target]
    for uri in dict.fromkeys((*live.proposal.uris, *targets)):
        path = uris.relative(session.snapshot.folders, uri) or ""
        text = current_text(session, uri)
        lines.append(f"now {path}:" if text is not None else f"no {path}")
        lines += [f"| {line}".rstrip(" ") for line in _shown(text.data if text else b"")]
    return "\n".join(lines) + "\n"


def _masked(text: str, run: Run, root: Path) -> str:
    text = re.sub(r", \d+\.\d s(?=[,)])", "", text)  # what checks took
    return text.replace(run.state.id, "RUN").replace(str(root), "ROOT")


def _uri(root: Path, path: str) -> str:
    return uris.from_path((root / path).as_posix())


def _file(uri: str) -> Path:
    return Path(uris.file_path(uri) or "")


def _language(path: str) -> str:
    return {"py": "python", "js": "javascript", "ts": "typescript"}.get(path.rpartition(".")[2], "")


def _shown(text: bytes) -> list[str]:
    """The lines; a carriage return is shown, since it must not get lost."""
    return text.decode().replace("\r", "\\r").split("\n")[: text.count(b"\n")]
