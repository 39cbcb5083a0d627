"""What people really have on their disks: a clear message, the right exit code, nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from redline.main import main

SHOP = b"class Basket:\n    pass\n\n\ndef total(basket: Basket) -> int:\n    return 1\n"
ODD = {
    "crlf.py": b'from shop import Basket\r\n\r\nx = Basket()\r\ny = "a\x0cb"\r\n',
    "bom.py": b"\xef\xbb\xbffrom shop import Basket\nz = Basket()",
    "mixed.py": b"from shop import Basket\r\na = Basket()\nb = Basket()\r",
    "sp ace \u00e9.py": b"from shop import Basket\nq = Basket()\n",
    "new\nline.py": b"from shop import Basket\nq = Basket()\n",
}
RENAME = "rename Basket to Cart"


@dataclass(frozen=True)
class Said:
    """What one call of the command line came to."""

    code: int
    out: bytes
    err: str


Redline = Callable[..., Said]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work space"
    folder.mkdir()
    (folder / "shop.py").write_bytes(SHOP)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def redline(root: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Redline:
    """Calls the command line; the tree must be afterwards what it was before."""

    def call(*argv: str) -> Said:
        before = tree(root)
        try:
            code = main(argv)
        except SystemExit as left:  # argparse
            code = int(left.code or 0)
        out, err = capfdbinary.readouterr()
        assert tree(root) == before
        said = err.decode()
        assert "Traceback" not in said
        return Said(code, out, said)

    return call


def tree(root: Path) -> dict[str, object]:
    """Every entry with its kind and what is in it; of large files only the size."""
    found: dict[str, object] = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        small = stat.S_ISREG(status.st_mode) and status.st_size < 1_000_000
        found[str(path.relative_to(root))] = (
            status.st_mode,
            path.read_bytes() if small else status.st_size,
        )
    return found


def applied(root: Path, patch: bytes, tmp_path: Path) -> dict[str, bytes]:
    """The files of `root` after `git apply` in a copy of it, in a repository of its own."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in root.iterdir():
        if path.is_file() and not path.is_symlink():
            shutil.copy(path, copy)
    git = ("git", "-c", "core.autocrlf=false")
    subprocess.run([*git, "init", "-q"], cwd=copy, check=True)
    subprocess.run([*git, "apply", "-"], cwd=copy, check=True, input=patch)
    return {path.name: path.read_bytes() for path in copy.iterdir() if path.is_file()}


def test_every_other_byte_of_odd_files_stays(redline: Redline, root: Path, tmp_path: Path) -> None:
    for name, data in ODD.items():
        (root / name).write_bytes(data)
    said = redline("ask", RENAME)
    assert said.code == 0, said.err
    after = applied(root, said.out, tmp_path)
    for name, data in (ODD | {"shop.py": SHOP}).items():
        assert after[name] == data.replace(b"Basket", b"Cart"), name


def test_a_file_that_is_not_utf8_is_left_alone_and_named(
    redline: Redline, root: Path, tmp_path: Path
) -> None:
    latin = b"# caf\xe9\nfrom shop import Basket\n"
    (root / "latin.py").write_bytes(latin)
    said = redline("ask", RENAME)
    assert said.code == 0
    assert "latin.py" in said.err
    after = applied(root, said.out, tmp_path)
    assert after["latin.py"] == latin
    assert after["shop.py"] == SHOP.replace(b"Basket", b"Cart")


def test_a_rename_begun_in_a_file_that_is_not_utf8_says_so(redline: Redline, root: Path) -> None:
    (root / "latin.py").write_bytes(b"# caf\xe9\nBasket = 1\n")
    said = redline("ask", "rename this to Tote", "latin.py:2")
    assert said.code == 1
    assert "latin.py is not UTF-8" in said.err


def test_what_is_no_source_file_is_passed_over(redline: Redline, root: Path) -> None:
    (root / "binary.py").write_bytes(b"\0\1\2Basket" * 100)
    with (root / "huge.py").open("wb") as huge:
        huge.truncate(100_000_000)
    (root / "empty.py").touch()
    os.mkfifo(root / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("sock.py")
    (root / "loop").symlink_to(root)
    (root / "self.py").symlink_to("self.py")
    (root / "dangling.py").symlink_to("nowhere.py")
    said = redline("ask", RENAME)
    assert said.code == 0, said.err
    assert said.out.count(b"\n+++ ") == 1
    counted = redline("index", "--json")
    assert counted.code == 0
    numbers = json.loads(counted.out)
    assert (numbers["files"], numbers["skipped"]) == (2, 2)


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("binary.py", lambda path: path.write_bytes(b"\0\1"), "binary"),
        ("huge.py", lambda path: (path.touch(), os.truncate(path, 10**8)), "larger than 20 MB"),
        ("pipe.py", os.mkfifo, "not a regular file"),
        ("loop.py", lambda path: path.symlink_to(path), "loop.py"),
        ("dangling.py", lambda path: path.symlink_to("nowhere"), "no such file"),
        ("folder.py", Path.mkdir, "a folder"),
        ("nothing.py", lambda path: None, "no such file"),
        ("../outside.py", lambda path: path.write_bytes(b"x = 1\n"), "not inside"),
    ],
)
def test_a_place_that_cannot_be_read_is_bad_usage(
    redline: Redline, root: Path, name: str, make: Callable[[Path], object], reason: str
) -> None:
    make(root / name)
    said = redline("ask", "explain this file", name)
    assert (said.code, said.out) == (2, b"")
    assert reason in said.err
    assert Path(name).name in said.err


@pytest.mark.parametrize("place", ["shop.py:0", "shop.py:99", "shop.py:5-2"])
def test_lines_that_are_not_there_are_bad_usage(redline: Redline, place: str) -> None:
    said = redline("ask", RENAME, place)
    assert said.code == 2
    assert "shop.py has" in said.err


@pytest.mark.parametrize("name", ["sp ace \u00e9.py", "-dash.py"])
def test_odd_names_are_places_too(redline: Redline, root: Path, name: str) -> None:
    (root / name).write_bytes(b'"""Here."""\n')
    said = redline("ask", "explain this file", "--", name)
    assert said.code == 0, said.err
    assert b"1 line" in said.out


def test_a_name_that_ends_a_line_is_spelt_out_and_not_worked_on(
    redline: Redline, root: Path
) -> None:
    (root / "new\nline.py").write_bytes(b'"""Here."""\n')
    said = redline("ask", "explain this file", "--", "new\nline.py")
    assert (said.code, said.out) == (1, b"")
    assert "new\\x0aline.py" in said.err and "new\nline" not in said.err


def test_an_empty_file_can_be_explained(redline: Redline, root: Path) -> None:
    (root / "empty.py").touch()
    said = redline("ask", "explain this file", "empty.py")
    assert said.code == 0
    assert b"no symbols" in said.out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("frobnicate the quux", "did not understand"),
        ("", "Say what to do"),
        ("x" * 100_000, "short requests only"),
        ("rename Nothing to Something", "nothing called Nothing"),
        ("rename Basket to class", "is not a name"),
        ("rename Basket to total", "defined already"),
        ("rename Basket to \x1b[31m", ""),
    ],
)
def test_what_cannot_be_done_ends_in_a_reason(redline: Redline, words: str, reason: str) -> None:
    said = redline("ask", words)
    assert (said.code, said.out) == (1, b"")
    assert reason in said.err
    assert "\x1b" not in said.err


def test_a_question_nobody_answers_is_the_reason(redline: Redline, root: Path) -> None:
    (root / "other.py").write_bytes(SHOP)
    said = redline("ask", RENAME)
    assert (said.code, said.out) == (1, b"")
    assert "a question waits for your answer: redline answer" in said.err
    assert "other.py:1" in said.err


@pytest.mark.parametrize(
    ("root_given", "reason"), [("nowhere", "no such folder"), ("shop.py", "not a folder")]
)
def test_a_root_must_be_a_folder(redline: Redline, root_given: str, reason: str) -> None:
    for command in (("ask", RENAME), ("index",), ("runs",), ("doctor",)):
        said = redline(*command, "--root", root_given)
        assert (said.code, said.out) == (2, b""), command
        assert reason in said.err
        assert root_given in said.err


@pytest.mark.parametrize("model", ["nosuch", "scripted:/nowhere"])
def test_an_unknown_model_is_bad_usage(redline: Redline, model: str) -> None:
    said = redline("ask", RENAME, "--model", model)
    assert said.code == 2
    assert model.removeprefix("scripted:") in said.err


@pytest.mark.parametrize("argv", [(), ("frob",), ("ask",), ("ask", "x", "--action", "dance")])
def test_wrong_arguments_are_bad_usage(redline: Redline, argv: tuple[str, ...]) -> None:
    said = redline(*argv)
    assert (said.code, said.out) == (2, b"")
    assert "usage:" in said.err


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (b"\nmodel = \n", 2, 'expected TOML, as in: model = "builtin"'),
        (b"modle = 'x'\n", 1, "known keys: model"),
        (b"model = 3\n", 1, "expected a string"),
        (b"[budget]\nseconds = 'x'\n", 2, "expected a number"),
        (b"# \xff\n", 1, "expected UTF-8"),
    ],
)
def test_a_broken_user_file_is_named_with_its_line(
    redline: Redline, text: bytes, line: int, expected: str
) -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "redline" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes(text)
    said = redline("ask", RENAME)
    assert (said.code, said.out) == (2, b"")
    assert f"{file}:{line}: " in said.err
    assert expected in said.err


def test_a_broken_workspace_file_is_named_with_its_line(redline: Redline, root: Path) -> None:
    (root / "redline.toml").write_text("[index]\nexclude = 3\n")
    said = redline("ask", RENAME)
    assert (said.code, said.out) == (2, b"")
    assert "redline.toml:2: index.exclude: expected a list of strings" in said.err


def test_a_workspace_cannot_choose_the_model(redline: Redline, root: Path) -> None:
    (root / "redline.toml").write_text('model = "openai/gpt-4o"\n')
    said = redline("ask", RENAME)
    assert said.code == 0
    assert "redline.toml:1" in said.err


def test_a_folder_without_rights_is_passed_over(root: Path) -> None:
    """Root may read everything: there the right to do so is given up first."""
    closed = root / "closed"
    closed.mkdir()
    (closed / "user.py").write_text("from shop import Basket\n")
    closed.chmod(0)
    command = [sys.executable, "-m", "redline.main", "index"]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("needs setpriv to give up root's rights")
        rights = "-dac_override,-dac_read_search"
        command = [setpriv, f"--bounding-set={rights}", f"--inh-caps={rights}", *command]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    finally:
        closed.chmod(0o755)
    if "setpriv:" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    assert "files 1 " in done.stdout
    assert "closed" in done.stderr
    assert "Permission denied" in done.stderr
