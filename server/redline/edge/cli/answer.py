"""`redline answer`: answers the question a run waits with, and sees the run to its end."""

from __future__ import annotations

import sys
from argparse import Namespace

from redline.app import runs, waking
from redline.app.driver import Run
from redline.core.agent.model import AskUser
from redline.edge.cli.ask import concluded, finished
from redline.edge.cli.local import indexed, local_session, root_of
from redline.edge.cli.wiring import CliWiring


async def answer(arguments: Namespace, wiring: CliWiring) -> int:
    """Goes on with the run; the exit code is that of `ask`."""
    root = root_of(arguments.root)
    async with local_session(wiring, root, quiet=arguments.json) as (session, front):
        await indexed(session, front)
        run = waking.waken(session, arguments.run)
        if not isinstance(run, Run):
            sys.stderr.write(f"redline: {run}\n")
            return 2
        question = await front.questions.get()
        given = _chosen(question, arguments.text)
        if given is None:
            shown = "".join(f"\n  {number}. {each}" for number, each in _numbered(question))
            sys.stderr.write(f"redline: {question.question} Answer one of:{shown}\n")
            return 2
        runs.answer(session, run.state.id, question.id, given)
        await finished(run, session, front)
        return await concluded(run, session, front, arguments)


def _numbered(question: AskUser) -> list[tuple[int, str]]:
    return list(enumerate(question.options, 1))


def _chosen(question: AskUser, text: str) -> str | None:
    """The option meant by its words or its number; any words where there are no options."""
    text = text.strip()
    if not question.options:
        return text or None
    by_number = {str(number): each for number, each in _numbered(question)}
    given = [each for each in question.options if each == text]
    return given[0] if given else by_number.get(text)
