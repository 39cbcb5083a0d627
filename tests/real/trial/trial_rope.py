"""Answers requests as rope does.

    python trial_rope.py ROOT < requests.json

What it raises ends the process: the trial takes that for a refusal, and asks the rest anew.
A module that something is moved to is made first, as rope wants it.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from rope.base import change, fscommands
from rope.base.project import Project
from rope.base.resources import File
from rope.refactor import change_signature as signatures
from rope.refactor.extract import ExtractMethod
from rope.refactor.move import create_move
from rope.refactor.rename import Rename
from trial_answers import Answer, Item, told


def answered(project: Project, item: Item) -> Answer:
    """What becomes of the files."""
    file = project.get_file(item.path)
    rows = file.read().splitlines(keepends=True)
    offset = sum(map(len, rows[: item.line - 1])) + item.column
    match item.kind:
        case "rename":
            done = Rename(project, file, offset).get_changes(item.new, in_hierarchy=True)
        case "extract":
            start, end = sum(map(len, rows[: item.line - 1])), sum(map(len, rows[: item.last]))
            done = ExtractMethod(project, file, start, end).get_changes(item.name)
        case "signature":
            if item.how == "default":
                return Answer("rope does not offer this")
            done = _signature(project, file, offset, item)
        case _:
            target = Path(project.address, item.new)
            if item.fresh:
                target.touch()
            try:
                mover = create_move(project, file, offset)
                done = mover.get_changes(project.get_file(item.new))
                return _answer(done, {item.new: b""} if item.fresh else {})
            finally:
                if item.fresh:
                    target.unlink()
    return _answer(done, {})


def _signature(project: Project, file: File, offset: int, item: Item) -> change.ChangeSet:
    if item.how == "rename":
        at = _parameter(file.read(), item)
        return Rename(project, file, at).get_changes(item.new, in_hierarchy=True)
    changer = signatures.ChangeSignature(project, file, offset)
    names = [name for name, _ in changer.get_args()]
    plain = [name for name in names if not name.startswith("*")]
    match item.how:
        case "add":
            steps = [signatures.ArgumentAdder(len(plain), item.given, default=item.new)]
        case "remove":
            steps = [signatures.ArgumentRemover(names.index(item.given))]
        case _:
            order = item.new.split(", ")
            lead = [name for name in plain if name not in order]
            wanted = [*lead, *order]
            steps = [signatures.ArgumentReorderer([plain.index(each) for each in wanted])]
    return changer.get_changes(steps, in_hierarchy=True)


def _parameter(text: str, item: Item) -> int:
    """The offset of a parameter's name."""
    rows = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == item.line:
            for each in ast.walk(node.args):
                if isinstance(each, ast.arg) and each.arg == item.given:
                    column = len(rows[each.lineno - 1].encode()[: each.col_offset].decode())
                    return sum(map(len, rows[: each.lineno - 1])) + column
    raise LookupError(item.given)


def _answer(done: change.ChangeSet, made: dict[str, bytes]) -> Answer:
    files: dict[str, bytes | None] = dict(made)
    waiting: list[change.Change] = [done]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, change.ChangeSet):
            waiting += each.changes
        elif isinstance(each, change.ChangeContents):
            files[each.resource.path] = fscommands.unicode_to_file_data(
                each.new_contents, newlines=each.resource.newlines
            )
        else:
            return Answer(f"does not only edit: {each}")
    return Answer("" if files else "no changes", files)


def main(root: Path) -> None:
    """Answers every request of stdin."""
    folders = {"source_folders": ["src"]} if (root / "src").is_dir() else {}
    project = Project(str(root), ropefolder=None, ignore_syntax_errors=True, **folders)
    for item in Item.read(sys.stdin.read()):
        told(answered(project, item))
    project.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
