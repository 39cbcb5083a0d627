"""A plan is made in a thread: who does not wait for it any more is not kept by it."""

from __future__ import annotations

import asyncio
import gc
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from test_served_refactorings import asker

from redline.app.tools.context import ToolContext
from redline.app.tools.projects import Abandoned, planned
from redline.core.agent.model import Draft
from redline.core.proposal.hunks import FileOperation
from redline.core.proposal.model import Change
from redline.core.refactor.project import Project
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

FILES = {
    "pkg/__init__.py": "",
    "pkg/a.py": "def one():\n    return 1\n",
    "b.py": "from pkg.a import one\n",
    "c.py": "x = 1\n",
}


async def test_a_plan_that_nobody_waits_for_ends_with_the_next_text(tmp_path: Path) -> None:
    async with asker(tmp_path, FILES, ()) as context:
        begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

        def plan(project: Project) -> None:
            begun.set()
            go_on.wait(10)
            try:
                project.text_of(next(iter(project.index.base)))
            except Abandoned:
                ended.set()
                raise

        task = asyncio.create_task(planned(context, plan))
        assert await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        assert await asyncio.to_thread(ended.wait, 10)
        assert gc.isenabled()


def seen(context: ToolContext, project: Project) -> dict[str, tuple[str, ...]]:
    """What the files import, by path."""
    targets = project.imports.targets
    return {
        project.path_of(uri): tuple(map(project.path_of, found)) for uri, found in targets.items()
    }


async def test_a_project_has_the_draft(tmp_path: Path) -> None:
    async with asker(tmp_path, FILES, ()) as context:
        uri = {name: context.files.named(name) or "" for name in (*FILES, "d.py")}
        created = FileOperation("create", uri["d.py"], "", "why", "computed")
        moved = FileOperation(
            "rename", uri["pkg/a.py"], uri["pkg/a.py"] + "x.py", "why", "computed"
        )
        drop = FileOperation("delete", uri["c.py"], "", "why", "computed")
        change = Change(uri["b.py"], Edit(Span(0, 21), b"from pkg.b import one"), "", "computed")
        text = Change(uri["d.py"], Edit(Span(0, 0), b"import b\n"), "", "computed")
        for operations, changes, expected in (
            ((), (), {"b.py": ("pkg/a.py",)}),
            ((created,), (text,), {"b.py": ("pkg/a.py",), "d.py": ("b.py",)}),
            ((moved,), (), {}),
            ((drop,), (), {"b.py": ("pkg/a.py",)}),
        ):
            draft = Draft(changes=changes, operations=operations)
            files = replace(context.files, draft=draft)
            now = replace(context, files=files)
            assert await planned(now, lambda each: seen(context, each)) == expected
        files = replace(context.files, draft=Draft(changes=(change,), operations=(drop,)))
        now = replace(context, files=files)

        def texts(project: Project) -> tuple[Text | None, ...]:
            return tuple(project.text_of(uri[name]) for name in ("b.py", "c.py", "d.py"))

        expected_texts = (Text(b"from pkg.b import one\n"), None, None)
        assert await planned(now, texts) == expected_texts
