"""A server forgets what is older than the settings say, beside everything else it does."""

from __future__ import annotations

from pathlib import Path

from editor import Editor
from wire import Wire

from cli_support import aged
from redline.adapters.journal import SqliteJournal
from redline.adapters.places import journal_file


def proposed(editor: Editor, instruction: str) -> dict[str, object]:
    run = editor.agent("refactor", editor.open("shop/basket.py"), instruction=instruction)
    found: dict[str, object] = editor.wire.told("redline/proposal", run=run)
    return found


def states(editor: Editor) -> dict[str, str]:
    return {each["run"]: each["state"] for each in editor.command("redline.runs")}


def test_old_runs_are_forgotten_and_what_waits_expires_first(home: Path, project: Path) -> None:
    settings = home / "config" / "redline" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("[journal]\ndays = 40\n[review]\ndays = 60\n")
    names = ("Basket", "merged", "Money", "PriceList")
    with Wire(home) as wire:
        editor = Editor(wire, "vscode-1.139", project, own_review=True)
        runs = [str(proposed(editor, f"rename {name} to {name}s")["run"]) for name in names]
        for proposal in editor.command("redline.proposals")[:2]:
            editor.command("redline.reject", proposal=proposal["id"])
    path = journal_file(project)
    aged(path, 50, runs[:1] + runs[2:3])
    aged(path, 70, runs[3:])
    with Wire(home) as wire:
        editor = Editor(wire, "vscode-1.139", project, own_review=True)
        for _ in range(2000):
            found = states(editor)
            if list(found.values()).count("forgotten") == 1:
                break
        # Decided and old; decided and new; open, and not for long; open for too long: that
        # expires, and is forgotten when that is long ago.
        wanted = dict(zip(runs, ("forgotten", "done", "proposed", "expired"), strict=True))
        assert found == wanted
        assert [each["run"] for each in editor.command("redline.proposals")] == [runs[2]]
        assert SqliteJournal(path).verify() == ""
        kept = path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
        assert b"rename merged to mergeds" in kept
        assert b"rename Basket to Baskets" not in kept
