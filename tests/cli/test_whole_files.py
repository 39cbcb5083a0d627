"""`redline ask` and `rollback` with files that are created, renamed or deleted: all or none."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from casework import Front
from cli_support import tree
from redline import main
from redline.app.review.editor import FileChange
from redline.app.session import Session, Workspace
from redline.core import uris
from redline.core.proposal.model import Operation
from redline.core.settings import Settings
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text
from redline.core.uris import Folder
from redline.edge.cli.apply import written

SCRIPT = """\
call plan {"steps": ["refactorer: move the prices"]}
call rename_file {"path": "shop/rates.py", "new_path": "shop/money/rates.py"}
call edit {"path": "shop/money/rates.py", "search": "self.cents < 0", "replace": "0 > self.cents"}
call create_file {"path": "shop/money/__init__.py", "content": ""}
call create_file {"path": "docs/prices.md", "content": "# Prices\\n"}
call delete_file {"path": "shop/receipt.py"}
call edit {"path": "README.md", "search": "# ", "replace": "# The "}
call propose {"title": "Move the prices"}
"""


@pytest.fixture
def model(project: Path) -> tuple[str, str]:
    script = project.parent / "script.txt"
    script.write_text(SCRIPT)
    (project / "README.md").write_text("# Shop\n")
    rates = project / "shop" / "rates.py"  # nothing imports it
    rates.write_text((project / "shop" / "prices.py").read_text())
    rates.chmod(0o755)
    return "--model", f"scripted:{script}"


def last_run(redline) -> str:
    return json.loads(redline("runs", "--json").out)[0]["run"]


def test_the_diff_is_what_apply_does_and_git_takes_it(redline, project: Path, model) -> None:
    before = tree(project)
    shown = redline("ask", "move the prices", *model)
    assert shown.code == 0 and tree(project) == before
    assert redline("ask", "move the prices", *model, "--apply").code == 0
    after = tree(project)
    assert sorted(before.keys() ^ after.keys()) == [
        "docs/prices.md", "shop/money/__init__.py", "shop/money/rates.py", "shop/rates.py",
        "shop/receipt.py",
    ]  # fmt: skip
    assert (project / "shop" / "money" / "rates.py").stat().st_mode & 0o777 == 0o755
    assert (project / "docs" / "prices.md").stat().st_mode & 0o100 == 0
    assert redline("rollback", last_run(redline)).code == 0
    assert tree(project) == before
    assert (project / "shop" / "rates.py").stat().st_mode & 0o777 == 0o755
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    subprocess.run(["git", "apply"], cwd=project, input=shown.out, text=True, check=True)
    assert tree(project) == after


def test_json_says_what_is_done_to_a_file(redline, model) -> None:
    value = json.loads(redline("ask", "move the prices", *model, "--json").out)
    done = [(h["operation"], h["path"], h["target_path"]) for h in value["hunks"]]
    assert sorted(done) == [
        ("create", "docs/prices.md", ""),
        ("create", "shop/money/__init__.py", ""),
        ("delete", "shop/receipt.py", ""),
        ("edit", "README.md", ""),
        ("edit", "shop/rates.py", ""),
        ("rename", "shop/rates.py", "shop/money/rates.py"),
    ]
    assert value["risk"] == "medium" and "1 renamed" in value["summary"]
    assert "what uses it is not changed" in " ".join(value["notes"])


def test_nothing_is_done_where_one_file_cannot_be(redline, project: Path, model) -> None:
    (project / "README.md").chmod(0o444)
    before = tree(project)
    done = redline("ask", "move the prices", *model, "--apply")
    assert (done.code, "is read-only" in done.err) == (1, True)
    assert tree(project) == before
    assert not (project / "docs").exists() and not (project / "shop" / "money").exists()


def test_a_rollback_keeps_a_file_that_was_changed_since(redline, project: Path, model) -> None:
    before = tree(project)
    assert redline("ask", "move the prices", *model, "--apply").code == 0
    (project / "docs" / "prices.md").write_text("# Mine\n")
    done = redline("rollback", last_run(redline))
    assert done.code == 1 and "5 hunks rolled back" in done.out
    assert tree(project) == {**before, "docs/prices.md": b"# Mine\n"}


def test_a_rollback_does_not_overwrite_what_took_the_old_name(
    redline, project: Path, model
) -> None:
    assert redline("ask", "move the prices", *model, "--apply").code == 0
    (project / "shop" / "rates.py").write_text("mine = 1\n")
    (project / "shop" / "receipt.py").write_text("mine = 2\n")
    redline("rollback", last_run(redline))
    assert (project / "shop" / "rates.py").read_text() == "mine = 1\n"
    assert (project / "shop" / "receipt.py").read_text() == "mine = 2\n"
    assert (project / "shop" / "money" / "rates.py").exists()


@pytest.mark.parametrize(
    ("request_", "gone", "made"),
    [
        ("delete the file shop/receipt.py", "shop/receipt.py", ""),
        ("rename shop/receipt.py to bill.py", "shop/receipt.py", "shop/bill.py"),
        ("create an empty file shop/py.typed", "", "shop/py.typed"),
    ],
)
def test_the_builtin_model_does_it_too(
    redline, project: Path, request_: str, gone: str, made: str
) -> None:
    before = tree(project)
    assert redline("ask", request_, "--apply").code == 0
    assert before.keys() - tree(project).keys() == ({gone} - {""})
    assert tree(project).keys() - before.keys() == ({made} - {""})
    assert redline("rollback", last_run(redline)).code == 0
    assert tree(project) == before


def test_what_fails_in_the_middle_leaves_everything_as_it_was(tmp_path: Path) -> None:
    texts = {"a.py": b"a = 1\n", "b.py": b"b = 1\n", "c.py": b"c = 1\n"}
    for name, data in texts.items():
        (tmp_path / name).write_bytes(data)
        (tmp_path / name).chmod(0o750)
    folder = Folder(uris.from_path(tmp_path.as_posix()), "project")
    session = Session(main.adapters(Settings()), Workspace((folder,)), Front([]))

    def change(name: str, operation: Operation, new: bytes = b"", target: str = "") -> FileChange:
        uri, text = f"{folder.uri}/{name}", Text(texts.get(name, b""))
        edits = ((Edit(Span(0, 0), new), ""),) if new else ()
        return FileChange(
            uri, None, text, edits, operation, f"{folder.uri}/{target}" if target else ""
        )

    changes = [
        change("a.py", "edit", b"# new\n"),
        change("b.py", "delete"),
        change("c.py", "rename", b"# new\n", "d/e/c.py"),
        change("f/g.py", "create", b"g = 1\n"),
        change("f", "create", b"a folder is here by now\n"),
    ]
    problem = written(session, changes)
    assert problem.startswith("nothing was written: ") and "f" in problem
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == texts
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o750}
    assert written(session, changes[:4]) == ""
    assert sorted(tree(tmp_path)) == ["a.py", "d/e/c.py", "f/g.py"]
    assert (tmp_path / "d" / "e" / "c.py").read_bytes() == b"# new\nc = 1\n"
