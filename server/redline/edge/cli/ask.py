"""`redline ask`: one run from the shell. The diff on stdout, progress on stderr."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from redline.app import runs
from redline.app.driver import Run
from redline.app.runs import Asked, Refused
from redline.app.session import Session
from redline.core import uris
from redline.core.agent.model import AskUser
from redline.core.problems import Unreadable
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.render import counted, proposal_diff, shortfalls, summary
from redline.core.text.text import Span
from redline.edge.cli import apply
from redline.edge.cli.local import CliFront, indexed, local_session, plain, root_of
from redline.edge.cli.result import Json, answer_json, proposal_json, question_json
from redline.edge.cli.terminal import raw
from redline.edge.cli.wiring import CliWiring, UsageProblem

_PLACE = re.compile(r"^(?P<path>.+?)(?::(?P<first>\d+)(?:-(?P<last>\d+))?)?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Target:
    """`PATH[:LINE[-LINE]]`, as a uri and a byte span."""

    uri: str = ""
    span: Span | None = None


async def ask(arguments: Namespace, wiring: CliWiring) -> int:
    """Runs one request; the exit code of the contract."""
    root = root_of(arguments.root)
    command_line = {"model": arguments.model} if arguments.model else {}
    async with local_session(wiring, root, command_line, quiet=arguments.json) as (session, front):
        unknown = wiring.unknown_model(session.settings.model)
        if unknown:
            raise UsageProblem(unknown)
        target = _target(session, root, arguments.place)
        await indexed(session, front)
        goal = runs.goal_of(
            session, Asked(arguments.action, arguments.instruction, target.uri, target.span)
        )
        if isinstance(goal, Refused):
            raise UsageProblem(goal.message)
        run = runs.begin(session, goal)
        if isinstance(run, Refused):
            sys.stderr.write(f"redline: {run.message}\n")
            return 2 if run.usage else 3
        await finished(run, session, front)
        return await concluded(run, session, front, arguments)


def _target(session: Session, root: Path, place: str | None) -> Target:
    """The place the user gave. Raises `UsageProblem` when there is none."""
    if not place:
        return Target()
    match = _PLACE.match(place)
    path = Path(match["path"] if match else place)
    absolute = path if path.is_absolute() else root / path
    if not absolute.exists() and not path.is_absolute() and path.exists():
        absolute = path.resolve()
    uri = uris.from_path(absolute.as_posix())
    if not session.adapters.disk.inside(session.snapshot.folders, uri):
        raise UsageProblem(f"{path}: is not inside {root}; give --root")
    text = session.adapters.disk.read(uri)
    if isinstance(text, Unreadable):
        raise UsageProblem(f"{path}: {text.reason}")
    if match is None or match["first"] is None:
        return Target(uri)
    first, last = int(match["first"]), int(match["last"] or match["first"])
    if not 1 <= first <= last <= text.row_count:
        lines = counted(text.row_count, "line")
        raise UsageProblem(f"{path} has {lines}, no lines {first}-{last}")
    return Target(uri, Span(text.line_span(first - 1).start, text.line_span(last - 1).end))


async def finished(run: Run, session: Session, front: CliFront) -> None:
    """Waits for the end, or for a question that nobody is there to answer: the run waits then.

    A question that says what holds otherwise is answered with that.
    """
    done = asyncio.ensure_future(run.finished.wait())
    while not done.done():
        question = asyncio.ensure_future(front.questions.get())
        await asyncio.wait({done, question}, return_when=asyncio.FIRST_COMPLETED)
        if not question.done():
            question.cancel()
            continue
        answer = await asyncio.to_thread(_answer, question.result())
        if answer is None and question.result().otherwise:
            answer = question.result().otherwise
            sys.stderr.write(f"> {answer} (nobody is there to answer)\n")
        if answer is None:
            front.unanswered = question.result()
            return
        else:
            runs.answer(session, run.state.id, question.result().id, answer)


def _answer(question: AskUser) -> str | None:
    """The user's answer at the terminal; None where nobody is there to ask."""
    lines = [question.question, *(f"  {n}. {o}" for n, o in enumerate(question.options, 1))]
    sys.stderr.write("\n".join(map(printable, lines)) + "\n")
    if not sys.stdin.isatty():
        return None
    sys.stderr.write("> ")
    sys.stderr.flush()
    given = sys.stdin.readline().strip()
    if given.isdigit() and 1 <= int(given) <= len(question.options):
        return question.options[int(given) - 1]
    return given or None


async def concluded(run: Run, session: Session, front: CliFront, arguments: Namespace) -> int:
    """Prints what the run came to; the exit code of the contract."""
    state = run.state
    if front.proposal is not None:
        return await _proposed(run, session, front, front.proposal, arguments)
    if front.answer is not None:
        if arguments.json:
            print(json.dumps(answer_json(session, front.answer)))
        else:
            _print_answer(front.answer.markdown)
        return 0
    reason = state.reason
    waits = front.unanswered
    if waits is not None:
        reason = f"a question waits for your answer: redline answer {state.id} TEXT"
    if arguments.json:
        told: dict[str, Json] = {"kind": "none", "run": state.id, "reason": reason}
        print(json.dumps(told | (question_json(waits) if waits is not None else {})))
    front.console.print(f"redline: {plain(reason)}")
    return 3 if state.outcome == "failed" else 1


async def _proposed(
    run: Run, session: Session, front: CliFront, live: LiveProposal, arguments: Namespace
) -> int:
    proposal = live.proposal
    texts = dict(run.files().bases(proposal.uris))
    targets = [hunk.target for hunk in proposal.hunks if hunk.target]
    folders = session.snapshot.folders
    names = {uri: uris.for_people(folders, uri) for uri in (*proposal.uris, *targets)}
    made = {hunk.uri for hunk in proposal.hunks if hunk.operation == "create"}
    marks = {uri: session.adapters.disk.mark(uri) for uri in proposal.uris if uri not in made}
    diff = proposal_diff(proposal, texts, names, marks, arguments.guarded)
    if arguments.json:
        print(json.dumps(proposal_json(session, live, texts, diff)))
        return 0
    front.console.print(f"[bold]{plain(proposal.title)}[/bold] ({plain(summary(proposal))})")
    for unproven in shortfalls(proposal):
        front.console.print(f"[dim]{plain(unproven)}[/dim]")
    for note in proposal.notes:
        front.trouble(note)
    for hunk in proposal.hunks if not arguments.guarded else ():
        if hunk.guard:
            line = texts[hunk.uri].line_of(hunk.start) + 1
            front.trouble(f"held back: {names[hunk.uri]}:{line} {hunk.guard}; see --guarded")
    if not arguments.apply:
        _print_diff(diff)
        return 0
    problem = await apply.applied(session, live, texts, arguments.guarded)
    if problem:
        sys.stderr.write(f"redline: {problem}\n")
        return 1
    sys.stderr.write(f"applied; take it back with: redline rollback {proposal.run}\n")
    return 0


def _print_answer(markdown: str) -> None:
    """The answer; on a terminal without anything that could drive it."""
    lines = markdown.split("\n")
    print("\n".join(map(printable, lines)) if sys.stdout.isatty() else markdown)


def _print_diff(diff: bytes) -> None:
    """The diff, byte for byte when piped; coloured on a terminal."""
    if not sys.stdout.isatty():
        sys.stdout.flush()
        sys.stdout.buffer.write(diff)
        sys.stdout.buffer.flush()
        return
    colours = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
    for line in diff.decode("utf-8", "replace").split("\n")[:-1]:
        colour = colours.get(line[:1], "") if not line.startswith(("+++", "---")) else "\x1b[1m"
        shown = f"{colour}{printable(line)}\x1b[0m" if colour else printable(line)
        print(shown, file=raw(sys.stdout))


def printable(line: str) -> str:
    """`line` without control characters, so that a file cannot drive the terminal."""
    return "".join(c if c == "\t" or c.isprintable() else f"\\x{ord(c):02x}" for c in line)
