"""What must work in an editor that has nothing of ours, only the server's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from terminal import wire
from terminal.editor import Editor
from terminal.project import FILES, INSTRUCTION, renamed
from terminal.tmux import framed

RENAMED = {path: renamed(text) for path, text in FILES.items()}
STALLED = """\
fault: stall 300
> I will look at the file first.
call read_file {"path": "shop/prices.py"}
"""


@contextmanager
def watched(editor: Editor) -> Iterator[None]:
    """Ends the editor; a failure tells all that is known.

    No client is sent `metadata`, and what was applied is known to have been applied.
    """
    try:
        yield
        for edit in editor.project.edits():
            assert set(edit["params"]) <= {"label", "edit"}, edit["params"].keys()
        for said in wire.messages(editor.project.to_editor):
            assert "not seen" not in str(said.get("params")), said
            assert not unconfirmed(said.get("result")), said
    except Exception as error:
        error.add_note(framed(editor.terminal.screen()))
        error.add_note(editor.project.account())
        raise
    finally:
        editor.close()


def told(editor: Editor) -> None:
    """Waits until the editor has told of its edit: eglot does when nothing is typed for 0.5 s."""
    changed = "textDocument/didChange"
    editor.terminal.until(
        "the change is told", lambda _: wire.named(editor.project.to_server, changed)
    )


def unconfirmed(result: object) -> object:
    """What the answer to a command says was sent, but not seen in the editor's texts."""
    return result.get("unconfirmed") if isinstance(result, dict) else None


def applies(editor: Editor) -> None:
    """Apply changes every file, and undo is the editor's own."""
    proposed(editor)
    editor.choose("Apply")
    editor.agree()
    editor.terminal.wait("def amount")
    saved(editor, RENAMED)
    assert [run["state"] for run in editor.project.runs()] == ["done"]
    editor.undo()
    editor.terminal.wait("def total")
    editor.open("shop/cart.py")
    editor.undo()
    editor.terminal.wait("import total")
    changed = ("shop/prices.py", "shop/cart.py")
    saved(editor, {**RENAMED, **{path: FILES[path] for path in changed}})


def previews(editor: Editor) -> None:
    """What the preview shows is what Apply does, byte by byte."""
    proposed(editor)
    editor.choose("Preview")
    diff = editor.shown_diff()
    assert editor.project.read() == FILES
    editor.choose("Apply")
    editor.agree()
    editor.terminal.until("the edit is answered", lambda _: editor.project.applied())
    saved(editor, editor.project.patched(diff))
    assert editor.project.read() == RENAMED


def previews_later(editor: Editor) -> None:
    """A proposal that was left open is previewed from one of its changes, and then decided on."""
    proposed(editor)
    editor.dismiss()
    editor.action("agent: preview this change")
    diff = editor.shown_diff()
    editor.choose("Discard")
    over(editor, "done")
    assert editor.project.patched(diff) == RENAMED
    assert editor.project.read() == FILES


def discards(editor: Editor) -> None:
    """Discard changes nothing, and nothing is left to accept."""
    proposed(editor)
    editor.choose("Discard")
    over(editor, "done")
    assert not editor.project.edits()
    assert "agent: accept this change" not in editor.offered()
    assert editor.project.read() == FILES


def hunk_by_hunk(editor: Editor) -> None:
    """A question closed without an answer leaves the proposal to be reviewed change by change."""
    proposed(editor)
    editor.dismiss()
    editor.action("agent: accept this change")
    editor.agree()
    editor.terminal.wait("def amount")
    told(editor)
    editor.open("shop/cart.py")
    editor.to("import total")
    editor.action("agent: reject this change")
    editor.to("net = total")
    editor.action("agent: accept this change")
    editor.agree()
    editor.terminal.wait(r"net = amount")
    cart = FILES["shop/cart.py"].replace("net = total", "net = amount")
    saved(editor, {**FILES, "shop/prices.py": RENAMED["shop/prices.py"], "shop/cart.py": cart})


def accepts_all_later(editor: Editor) -> None:
    """The whole of a proposal that was left open can be accepted from one of its changes."""
    proposed(editor)
    editor.dismiss()
    editor.action("agent: accept all")
    editor.agree()
    editor.terminal.wait("def amount")
    saved(editor, RENAMED)


def typing(editor: Editor) -> None:
    """Typing into a change that is proposed makes it stale; it can be asked for again."""
    proposed(editor)
    editor.dismiss()
    editor.open("shop/cart.py")
    editor.to("net = total")
    editor.insert("x = ")
    editor.action("agent: ask again for the changed lines")
    editor.asked("Rename `total` to `amount`")
    editor.choose("Apply")
    editor.agree()
    editor.terminal.wait("x = net = amount")
    cart = RENAMED["shop/cart.py"].replace("net = amount", "x = net = amount")
    saved(editor, {**RENAMED, "shop/cart.py": cart})


def follows(editor: Editor) -> None:
    """Typing beside a change that is proposed leaves it as it is, where its line is then."""
    proposed(editor)
    editor.dismiss()
    editor.open("shop/cart.py")
    editor.to("tax = net")
    editor.insert("t = ")
    editor.to("net = total")
    editor.action("agent: accept all")
    editor.agree()
    editor.terminal.wait("net = amount")
    cart = RENAMED["shop/cart.py"].replace("tax = net", "t = tax = net")
    saved(editor, {**RENAMED, "shop/cart.py": cart})


def restarts(editor: Editor) -> None:
    """A proposal outlives the server; it is not asked about again, but it can be decided on."""
    proposed(editor)
    editor.dismiss()
    editor.restart_server()
    editor.terminal.wait("still open")
    editor.to(INSTRUCTION)
    editor.action("agent: accept all")
    editor.agree()
    editor.terminal.wait("def amount")
    saved(editor, RENAMED)


def rolls_back(editor: Editor) -> None:
    """What was accepted is taken back by a code action, the instruction's comment with it."""
    proposed(editor)
    editor.choose("Apply")
    editor.agree()
    editor.terminal.wait("def amount")
    saved(editor, RENAMED)
    editor.action("agent: roll back")
    editor.agree()
    editor.terminal.wait(INSTRUCTION)
    saved(editor, FILES)


def stops(editor: Editor) -> None:
    """A run that is under way is stopped by a code action."""
    editor.to(INSTRUCTION)
    editor.action("agent: refactor")
    editor.action("agent: stop")
    over(editor, "cancelled")
    assert editor.project.read() == FILES
    assert not editor.project.edits()


def closes_a_question(editor: Editor) -> None:
    """With no instruction the run asks what is meant; closing that is no answer."""
    editor.to("return sum")
    editor.action("agent: refactor")
    editor.asked("What should be refactored?")
    editor.dismiss()
    assert editor.project.read() == FILES
    assert not editor.project.edits()


def computed(editor: Editor) -> None:
    """A refactoring without a run is applied at once, without a question."""
    editor.to("def total")
    editor.action("Add docstring")
    editor.terminal.wait(r'def total\(items\):\n[^"]*"""')


def proposed(editor: Editor) -> None:
    """A refactoring asked for by the comment in the code, up to the question about it."""
    editor.to(INSTRUCTION)
    editor.action("agent: refactor")
    editor.asked("Rename `total` to `amount`")


def saved(editor: Editor, texts: Mapping[str, str]) -> None:
    """The editor's buffers, written to disk, are exactly `texts`."""
    editor.save_all()
    editor.terminal.until("the files are as expected", lambda _: editor.project.read() == texts)


def over(editor: Editor, state: str) -> None:
    """Waits for the journal to say so of the only run."""
    editor.terminal.until(
        f"the run is {state}",
        lambda _: [run["state"] for run in editor.project.runs()] == [state],
    )
