"""Answers requests as jedi does.

    python trial_jedi.py ROOT < requests.json

What it raises ends the process: the trial takes that for a refusal, and asks the rest anew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import jedi
from trial_answers import Answer, Item, told


def answered(project: jedi.Project, root: Path, item: Item) -> Answer:
    """What becomes of the files."""
    script = jedi.Script(path=root / item.path, project=project)
    if item.kind == "rename":
        done = script.rename(item.line, item.column, new_name=item.new)
    elif item.kind == "extract":
        rows = (root / item.path).read_text("utf-8").splitlines()
        column = len(rows[item.line - 1]) - len(rows[item.line - 1].lstrip())
        ends = {"until_line": item.last, "until_column": len(rows[item.last - 1])}
        done = script.extract_function(item.line, column, new_name=item.name, **ends)
    else:
        return Answer("jedi does not offer this")
    files: dict[str, bytes | None] = {}
    for path, changed in done.get_changed_files().items():
        inside = os.path.relpath(path, root)
        if inside.startswith(".."):
            return Answer(f"would change {path.name}, which is not in the project")
        files[inside] = changed.get_new_code().encode()
    return Answer("" if files else "no changes", files)


def main(root: Path) -> None:
    """Answers every request of stdin."""
    environment = jedi.create_environment(os.environ["VIRTUAL_ENV"], safe=False)
    project = jedi.Project(root, environment_path=environment.executable)
    for item in Item.read(sys.stdin.read()):
        told(answered(project, root, item))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
