"""Cases 43 and 44: what is shown is text, and it is what is applied."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from abuse.abuse_models import PLAN, PROPOSE, Call, reply
from abuse.abuse_world import AFTER, HONEST, HONEST_EDIT, World
from redline.core.text.unseen import plain_text
from redline.edge.cli.local import plain
from redline.edge.cli.terminal import PlainStream

ESC = "\x1b"
HOSTILE = (
    f"{ESC}]0;owned\x07", f"{ESC}]52;c;b3duZWQ=\x07", f"{ESC}[2J{ESC}[1;1H", f"{ESC}[8m", f"{ESC}c",
    f"{ESC}]8;;http://127.0.0.1/{ESC}\\link{ESC}]8;;{ESC}\\", f"{ESC}P$q\"p{ESC}\\", "\x9b31m",
    f"{ESC}[6n", "\rforged", "\b\b\b", "\x7f", "\u202eevil", "\u2066", "\x0e", "\x85", "\u2028",
    "[bold red]x[/]", "\\[red]", "[link=http://127.0.0.1/]x[/link]", ":smile:", "[/dim]",
)  # fmt: skip
OURS = re.compile(r"\x1b\[(?:\d+(?:;\d+)*)?m")
PROGRESS = re.compile(r"\x1b\[(?:\?25[lh]|\d*[A-K])|\r")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2060-\u2069\u200b]")


def at_a_terminal(world: World, *arguments: str) -> str:
    """What `redline` writes where both its streams are a terminal."""
    leader, follower = pty.openpty()
    said: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                return
            if not piece:
                return
            said.append(piece)

    thread = threading.Thread(target=listen)
    thread.start()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "redline.main", *arguments],
        cwd=world.project, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower,
        env={**world.running.environment, "TERM": "xterm-256color", "COLUMNS": "300"},
    )  # fmt: skip
    process.wait(60)
    os.close(follower)
    thread.join(10)
    os.close(leader)
    return b"".join(said).decode("utf-8", "replace").replace("\r\n", "\n")


def assert_plain(text: str) -> None:
    """Text, and colours of our own; nothing that hides, and nothing else that a terminal obeys."""
    colours = {each for each in OURS.findall(text) if each}
    assert f"{ESC}[8m" not in colours
    left = UNSEEN.findall(OURS.sub("", PROGRESS.sub("", text)))
    assert left == [], [f"{ord(each):04x}" for each in left]


def test_43_nothing_but_text_reaches_the_terminal(world: World) -> None:
    """Hostile words in names, source, titles, questions and answers, in every command."""
    words = "".join(HOSTILE)
    name = "evil[red]\\[bold]\u202e.py"
    source = words.replace("\r", "").replace("\\", "")
    world.write({name: f"def victim():\n    '''{source}'''\n    return 1\n# {source}\n"})
    # An edit may only repeat such letters, not bring them.
    honest = (world.project / HONEST).read_text("utf-8")
    world.write({HONEST: f"{honest}\n\n# {source}\n"})
    world.ready()
    scripts = world.root / "scripts"
    scripts.mkdir()
    evil: Call = (
        "edit",
        {"path": HONEST, "search": "return 1", "replace": f"return 2  # {source}"},
    )
    plan: Call = ("plan", {"steps": [f"refactorer: {words}"]})
    replies = {
        "propose": [reply(plan, evil, ("propose", {"title": f"title {words}"}))],
        "answer": [reply(PLAN, ("answer", {"markdown": f"answer {words}"}))],
        "ask": [reply(PLAN, ("ask", {"question": f"question {words}", "options": [words, "b"]}))],
        "give_up": [reply(PLAN, ("give_up", {"reason": f"reason {words}"}))],
    }
    said = []
    for what, texts in replies.items():
        script = scripts / what
        script.write_text("\n---\n".join(texts), "utf-8")
        model = f"scripted:{script}"
        said.append(
            at_a_terminal(world, "ask", f"go {words}", HONEST, "--model", model, "--guarded")
        )
    for shown in said:
        assert_plain(shown)
    assert "title" in said[0] and "+    return 2" in OURS.sub("", said[0])
    assert "answer" in said[1] and "question" in said[2] and "reason" in said[3]
    runs = at_a_terminal(world, "runs")
    assert_plain(runs)
    ids = re.findall(r"^([0-9a-f]{16}) ", OURS.sub("", runs), re.MULTILINE)
    assert len(ids) == len(replies)
    commands = (
        ("show", ids[0]),
        ("show", ids[-1]),
        ("symbols", "victim"),
        ("map",),
        ("show", words),
    )
    for command in commands:
        assert_plain(at_a_terminal(world, *command))


@given(st.text(max_size=80))
@example("".join(HOSTILE))
@example("\\[red]x[/red]\\")
@settings(deadline=None)
def test_43_whatever_is_printed_is_plain(text: str) -> None:
    raw = io.StringIO()
    print(text, file=PlainStream(raw))
    assert UNSEEN.findall(raw.getvalue()) == []
    assert ESC not in raw.getvalue()
    shown = io.StringIO()
    console = Console(file=shown, highlight=False, soft_wrap=True, emoji=False)
    console.print(f"[dim]{plain(text)}[/dim]")
    assert shown.getvalue().rstrip("\n") == plain_text(text).rstrip("\n") or "\t" in text


PIECES = st.sampled_from((
    "a", "\n", "\r\n", "\r", "\t", " ", "é", "🦀", "👩\u200d💻", "\u202e", "\u2028", "\x85", "\x0c",
    "\x0b", "\ufeff", "\\ No newline at end of file\n", "+++ b/x\n", "--- a/x\n", "\x1b[2K",
    "@@ -1 +1 @@\n", "diff --git a/x b/x\n", "x" * 300, "\u0301", "𝔘", '"', "\\",
))  # fmt: skip
TEXTS = st.lists(PIECES, min_size=1, max_size=14).map("".join)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which git applies what is shown."""
    folder = tmp_path_factory.mktemp("shown")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


@given(before=TEXTS, start=st.floats(0, 1), size=st.integers(0, 9), new=TEXTS)
@example(before="a\r\nb", start=0.5, size=1, new="\r")
@example(before="a", start=1.0, size=0, new="\n")
@settings(deadline=None, max_examples=40)
def test_44_the_diff_that_is_shown_is_what_is_applied(
    repository: Path, before: str, start: float, size: int, new: str
) -> None:
    """git, reading the diff, makes the very bytes that accepting writes."""
    from redline.core.proposal.render import file_diff
    from redline.core.text.edits import Edit, apply
    from redline.core.text.text import Span

    data = before.encode()
    at = int(start * len(before))
    begin, end = (len(before[:each].encode()) for each in (at, at + size))
    edit = Edit(Span(begin, end), new.encode())
    after = apply(data, [edit])
    (repository / "x").write_bytes(data)
    diff = file_diff("x", "edit", "", data, [edit])
    if after == data:
        assert diff == b""
        return
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        check=False,
        cwd=repository,
        input=diff,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert (repository / "x").read_bytes() == after


def test_44_what_a_hunk_shows_is_what_accepting_writes(world: World) -> None:
    """Over the real server: what every hunk shows, its digest, and the bytes at the end."""
    odd = "".join(
        f"{each}\n" for each in ("é🦀", "\t\x0c", "\u2028x", "a\r", "👩\u200d💻", "\\", "+++ b/x")
    )
    world.write({"odd.txt": f"first\r\n{odd}slot\r\nlast"})
    edit: Call = ("edit", {"path": "odd.txt", "search": "slot", "replace": f"{odd}done"})
    ended = world.play([reply(PLAN, edit, HONEST_EDIT, PROPOSE)])
    proposal = world.editor.proposal(ended["run"])
    data = {path: (world.project / path).read_bytes() for path in ("odd.txt", HONEST)}
    for hunk in proposal["hunks"]:
        path = hunk["uri"].rpartition("/")[2]
        assert data[path].count(hunk["before"].encode()) == 1
        data[path] = data[path].replace(hunk["before"].encode(), hunk["after"].encode())
    shown = {each["id"]: "0" * 32 for each in proposal["hunks"]}
    client = world.editor
    client.command("redline.accept", proposal=proposal["id"], digests=shown)
    assert (world.project / HONEST).read_text("utf-8") != AFTER, "other bytes than were shown"
    shown = {each["id"]: each["digest"] for each in proposal["hunks"]}
    hunks = [each["id"] for each in proposal["hunks"]]
    done = client.command("redline.accept", proposal=proposal["id"], hunks=hunks, digests=shown)
    assert len(done["accepted"]) == len(hunks), done
    assert {path: (world.project / path).read_bytes() for path in data} == data
    world.changed("odd.txt", HONEST)
