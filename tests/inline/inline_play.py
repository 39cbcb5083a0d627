"""Plays a case of inline suggestions: a real session on real files, with the drafts it says.

Sections: a file with the cursor (`$0`); `drafts`, one a line as a JSON string, with a
confidence behind it where one is known; `request`, lines of `key: value` (`trigger`, settings,
`selected: N "entry"`: the entry of the menu that stands for the last N bytes); `then`, what
happens next, a line each and each followed by another request: `type "x"`, `close "x" ")"`
(typed, and closed by the editor), `delete N`, `elsewhere "x"` (typed at the text's start).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casefile import Case
from casework import Front, Inline
from redline import main
from redline.app import documents, indexing, runs
from redline.app.inline import builtin, checking, proving, requests
from redline.app.session import Session, Workspace, publish_index
from redline.core import uris
from redline.core.inline.model import Draft, InlineRequest, Selected, Suggested
from redline.core.settings import Layer, resolve
from redline.core.text.positions import Encoding, range_at
from redline.core.text.sync import ContentChange
from redline.core.text.text import Span
from redline.core.uris import Folder

_DECODER = json.JSONDecoder()


def play(case: Case, root: Path, patch: pytest.MonkeyPatch) -> dict[str, str]:
    """Runs the case in `root`; its `@` sections as they turned out."""
    drafts = tuple(_drafts(case.get("drafts") or ""))
    patch.setattr(checking, "SECONDS", 60.0)
    patch.setattr(builtin, "drafts", lambda *_: drafts)
    return asyncio.run(_play(case, root))


def _drafts(written: str) -> Iterator[Draft]:
    for line in written.splitlines():
        if line.strip():
            text, end = _DECODER.raw_decode(line)
            rest = line[end:].strip()
            yield Draft(text, float(rest) if rest else None)


def _options(case: Case) -> dict[str, str]:
    lines = (case.get("request") or "").splitlines()
    return {key: value for key, _, value in (line.partition(": ") for line in lines) if key}


async def _play(case: Case, root: Path) -> dict[str, str]:
    options = _options(case)
    trigger = options.pop("trigger", "automatic")
    selected = options.pop("selected", "")
    path, offset = _written(case, root)
    session = _session(root, options)
    await indexing.complete(session)
    uri = uris.from_path((root / path).as_posix())
    text = (root / path).read_bytes().decode()
    documents.open_document(session, uri, _language_id(path), 1, text)
    await proving.ready(session)
    told, traces = [], []
    try:
        steps = ["", *(case.get("then") or "").splitlines()]
        for number, step in enumerate(steps):
            offset = _happens(session, uri, offset, step)
            request = _request(session, uri, offset, trigger, number)
            if selected:
                request = replace(request, selected=_selected(offset, selected))
            suggested = await requests.suggest(session, request)
            told.append(_told(suggested, request, step))
            traces.append(_trace(suggested))
    finally:
        await runs.close(session)
        await session.adapters.servers.close()
    return {"outcome": "".join(told), "trace": "-\n".join(traces)}


def _written(case: Case, root: Path) -> tuple[str, int]:
    found = ("", 0)
    for path, text in case.files.items():
        data = text.encode()
        if b"$0" in data:
            # The line end before the next section is the case's, not the file's.
            found = (path, data.index(b"$0"))
            data = data.replace(b"$0", b"", 1)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return found


def _session(root: Path, options: dict[str, str]) -> Session:
    values: dict[str, object] = {}
    for key, value in options.items():
        values[key] = int(value) if value.isdigit() else value
        if key == "inline_languages_off":
            values[key] = value.split()
    settings, problems = resolve([Layer("user", "case", values)])
    assert not problems, problems
    adapters = replace(main.adapters(settings), indexer=Inline(root))
    folder = Folder(uris.from_path(root.as_posix()), "project")
    front = Front([])
    session = Session(adapters, Workspace((folder,)), front, settings=settings)
    session.encoding = Encoding.UTF8
    session.workspace.sessions.append(session)
    front.session = session
    publish_index(session)
    return session


def _language_id(path: str) -> str:
    return {"py": "python", "ts": "typescript", "js": "javascript", "go": "go"}.get(
        path.rpartition(".")[2], path.rpartition(".")[2]
    )


def _request(session: Session, uri: str, offset: int, trigger: str, number: int) -> InlineRequest:
    document = session.documents[uri].document
    at = session.adapters.clock.monotonic()
    return InlineRequest(
        f"r{number}",
        uri,
        document.language,
        document.text,
        offset,
        trigger,
        at,  # type: ignore[arg-type]
    )


def _selected(offset: int, written: str) -> Selected:
    size, _, entry = written.partition(" ")
    return Selected(Span(offset - int(size), offset), json.loads(entry))


def _happens(session: Session, uri: str, offset: int, step: str) -> int:
    """Does `step`, as an editor would tell of it; where the cursor is then."""
    verb, _, rest = step.partition(" ")
    if verb == "type":
        new = json.loads(rest)
        _change(session, uri, Span(offset, offset), new)
        return offset + len(new.encode())
    if verb == "close":
        new, end = _DECODER.raw_decode(rest)
        _change(session, uri, Span(offset, offset), new + json.loads(rest[end:]))
        return offset + len(new.encode())
    if verb == "delete":
        _change(session, uri, Span(offset - int(rest), offset), "")
        return offset - int(rest)
    if verb == "elsewhere":
        new = json.loads(rest)
        _change(session, uri, Span(0, 0), new)
        return offset + len(new.encode())
    assert not step, f"no such step: {step}"
    return offset


def _change(session: Session, uri: str, span: Span, new: str) -> None:
    document = session.documents[uri].document
    change = ContentChange(range_at(document.text, span, session.encoding), new)
    assert not documents.change_document(session, uri, (document.version or 0) + 1, [change])


def _told(suggested: Suggested, request: InlineRequest, step: str) -> str:
    head = f"{step}:\n" if step else ""
    here = Span(request.offset, request.offset)
    lines = []
    for each in suggested.suggestions:
        where = "" if each.span == here else f" for {request.text.slice(each.span).decode()!r}"
        sure = "" if each.confidence is None else f" {each.confidence}"
        reused = f" ({each.reused})" if each.reused else ""
        lines.append(f"{json.dumps(each.text, ensure_ascii=False)}{where}{sure}{reused}\n")
    return head + ("".join(lines) or "nothing\n")


def _trace(suggested: Suggested) -> str:
    return "".join(f"{each.step}: {each.outcome}\n" for each in suggested.trace)
