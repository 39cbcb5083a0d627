"""A workspace in memory as proofs of unknown names see it, and drafts put into one of its files."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from inline_places import languages, marked

from redline.core.index.extract import extract, parse
from redline.core.index.imports import MANIFESTS, modules, resolved
from redline.core.index.merge import merged
from redline.core.index.model import Index
from redline.core.inline.filters import parses
from redline.core.inline.proofs.known import Known
from redline.core.inline.proofs.unknown import unknown
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

ROOT = "file:///work/"


def indexed(files: Mapping[str, bytes]) -> Index:
    """The index of files by path."""
    facts = {}
    for path, data in files.items():
        language = languages().for_path(path)
        if language is not None:
            text = Text(data)
            facts[ROOT + path] = extract(language, parse(language, text), text)
    return replace(merged(Index(), facts, ()), complete=True)


class Workspace:
    """Files by path; `others` lie in their folders and are in no index, `unsaved` are open and
    nowhere else."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        others: tuple[str, ...] = (),
        unsaved: tuple[str, ...] = (),
    ) -> None:
        self.files = dict(files)
        self.others = others
        self.opened = indexed(dict.fromkeys(unsaved, b"")).base
        self.index = indexed(files)
        names = {path: languages().name_for_path(path) or "" for path in files}
        manifests = {
            path: data.decode()
            for path, data in files.items()
            if path.rpartition("/")[2] in MANIFESTS
        }
        self.modules = modules(names, manifests)

    def known(self, path: str, text: Text) -> Known:
        """What is known around a file that is open with `text`."""
        language = languages().for_path(path)
        assert language is not None
        own = extract(language, parse(language, text), text, as_of=1)
        index = replace(self.index, overlay={**self.opened, ROOT + path: own})

        def text_of(uri: str) -> Text | None:
            return text if uri == ROOT + path else Text(self.files[uri.removeprefix(ROOT)])

        def meant(origin: str, name: str) -> tuple[str, ...]:
            at = origin.removeprefix(ROOT)
            found = resolved(self.modules, at, languages().name_for_path(at) or "", (name,))[0]
            return tuple(ROOT + each for each in found)

        def beside(uri: str) -> tuple[str, ...]:
            folder = uri.removeprefix(ROOT).rpartition("/")[0]
            inside = [
                each.removeprefix(f"{folder}/" if folder else "")
                for each in (*self.files, *self.others)
                if each.startswith(f"{folder}/" if folder else "")
            ]
            return tuple(each.partition("/")[0] for each in inside)

        return Known(ROOT + path, index, text_of, meant, beside)

    def unknown(self, path: str, source: str, draft: str) -> str:
        """The name that is proved unknown once `draft` stands at `$0` of `source`."""
        text, offset = marked(source)
        language = languages().for_path(path)
        assert language is not None
        return self.tried(path, text, Edit(Span(offset, offset), draft.encode())) or ""

    def tried(self, path: str, text: Text, edit: Edit) -> str | None:
        """As `unknown`; None where the text would not parse with the edit."""
        language = languages().for_path(path)
        assert language is not None
        tree = parse(language, text)
        found = parses.tried(language, text, tree, edit)
        if parses.breaks(language, text, tree, edit, found):
            return None
        return unknown(language, found, self.known(path, text))


def real_lines(files: Mapping[str, bytes]) -> Iterator[tuple[str, int, bytes, Text, int]]:
    """Lines drawn from files: path, row, the line, the text without it, and where it was."""
    dice = random.Random(5)
    while True:
        path = dice.choice(list(files))
        rows = files[path].split(b"\n")
        at = dice.randrange(len(rows))
        bare = rows[at].lstrip()
        if not bare or not bare[:1].isalpha():
            continue
        start = sum(len(row) + 1 for row in rows[: at + 1]) - 1 - len(bare)
        text = Text(files[path]).replaced(Span(start, start + len(bare)), b"")
        yield path, at + 1, bare, text, start
