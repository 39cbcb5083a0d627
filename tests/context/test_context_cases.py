"""One text file a case: a project, a request, and what a model is given to know for it.

`@context` has a line for each fragment: its kind, its title, and what it is from where that is
no part of the title. `pytest --update` rewrites it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

import casefile
from context_support import EXPLAIN, opened, started, watched
from redline.adapters.tokens import count
from redline.app.runs import Asked
from redline.app.session import Session
from redline.core.context.model import Fragment
from redline.core.context.render import message
from redline.core.settings import Settings
from redline.core.text.text import Span

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    case = casefile.read(path)
    found = asyncio.run(played(case, tmp_path))
    if request.config.getoption("--update"):
        path.write_text(casefile.updated(case, found), "utf-8")
        return
    assert found == case.expected, f"\n{found['context']}"


async def played(case: casefile.Case, root: Path) -> dict[str, str]:
    files, selected = pointed(case.files)
    asked = Asked("refactor")
    tokens = Settings().context_tokens
    for line in (case.get("request") or "").splitlines():
        key, colon, value = line.partition(": ")
        if colon and key == "action":
            asked = replace(asked, action=value)  # type: ignore[arg-type]
        elif colon and key == "diagnostic":
            asked = replace(asked, diagnostics=(*asked.diagnostics, value))
        elif colon and key == "tokens":
            tokens = int(value)
        else:
            asked = replace(asked, instruction=line)
    async with opened(root, files, Settings(context_tokens=tokens)) as session:
        if selected is not None:
            uri = f"{session.snapshot.folders[0].uri}/{selected[0]}"
            asked = replace(asked, uri=uri, span=selected[1])
        return {"context": await given(session, asked, tokens)}


async def given(session: Session, asked: Asked, tokens: int) -> str:
    model = watched(EXPLAIN)
    await started(session, asked, model)
    assert count(message(model.context)) <= tokens
    return "".join(f"{row(each)}\n" for each in model.context)


def row(each: Fragment) -> str:
    place = each.origin.partition("@")[0]
    source = "" if each.title.startswith(place) else f" <- {place}"
    return f"{each.kind}: {each.title}{source}"


def pointed(files: dict[str, str]) -> tuple[dict[str, str], tuple[str, Span] | None]:
    """The files without the mark `$0`, or `<<` and `>>`, and what that points at."""
    found: tuple[str, Span] | None = None
    result = {}
    for path, text in files.items():
        start, end = text.find("<<"), text.find(">>") - 2
        clean = text.replace("<<", "", 1).replace(">>", "", 1)
        if "$0" in text:
            start = end = text.index("$0")
            clean = text.replace("$0", "", 1)
        if start >= 0:
            sizes = [len(clean[:at].encode()) for at in (start, end)]
            found = path, Span(*sizes)
        result[path] = clean
    return result, found
