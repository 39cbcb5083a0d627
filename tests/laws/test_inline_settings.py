"""A setting of inline suggestions is in all the places where somebody looks for it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

from redline.adapters.settings_files import load
from redline.core.inline.model import InlineSettings
from redline.core.settings_table import INLINE_FIELDS, SETTINGS

ROOT = Path(__file__).parents[2]
CODE = ROOT / "editor-clients/vscode"
MODEL = "roles.inline.model"
SERVER = {each.key for each in SETTINGS if each.key.split("_")[0] == "inline"} | {MODEL}


def contributed() -> dict[str, dict[str, object]]:
    """What the VS Code extension contributes for inline suggestions, without `redline.`."""
    package = json.loads((CODE / "package.json").read_text("utf-8"))
    groups = package["contributes"]["configuration"]
    every = {name: each for group in groups for name, each in group["properties"].items()}
    return {
        name.removeprefix("redline."): each
        for name, each in every.items()
        if name.startswith("redline.inline")
    }


def sent() -> dict[str, str]:
    """Which of the server's settings each of them is sent as."""
    source = (CODE / "src/settings.ts").read_text("utf-8")
    pairs = re.findall(r"^  '?([\w.]+)'?: '([\w.]+)',$", source, re.MULTILINE)
    return {ours: theirs for ours, theirs in pairs if theirs in SERVER}


def shown(value: object) -> str:
    """A value as pages for people write it."""
    if isinstance(value, bool):
        return '"on"' if value else '"off"'
    return "[]" if value == () else str(value)


def built_in() -> dict[str, object]:
    """What holds where nobody sets anything, by the names of the server's settings."""
    settings = InlineSettings()
    return {key: getattr(settings, field) for key, field in INLINE_FIELDS.items()}


def test_the_table_of_settings_has_every_field() -> None:
    assert {each.name for each in fields(InlineSettings)} == set(INLINE_FIELDS.values())
    assert set(INLINE_FIELDS) | {MODEL} == SERVER


def test_the_page_of_settings_has_each_with_its_value() -> None:
    text = (ROOT / "docs/configuration.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(inline\w*)` \| `?([^|`]*)`? \|", text, re.MULTILINE))
    assert rows == {key: shown(value) for key, value in built_in().items()}
    assert "`inline` for [inline suggestions]" in text


def test_vs_code_contributes_describes_and_sends_each() -> None:
    assert sorted(sent().values()) == sorted(SERVER)
    assert contributed().keys() == sent().keys()
    known = built_in()
    for name, each in contributed().items():
        assert str(each["markdownDescription"]).endswith("."), name
        value = known.get(sent()[name], "")
        if each["default"] is None:
            assert f"; {value} unless set." in str(each["markdownDescription"]), name
        else:
            assert each["default"] == (list(value) if isinstance(value, tuple) else value), name


def test_what_costs_money_no_workspace_sets_in_vs_code() -> None:
    machine = {name for name, each in contributed().items() if each["scope"] == "machine"}
    assert {sent()[name] for name in machine} == {MODEL, "inline_tokens"}
    package = json.loads((CODE / "package.json").read_text("utf-8"))
    restricted = package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert {f"redline.{name}" for name in contributed()} <= set(restricted)


def test_the_page_of_vs_code_has_each() -> None:
    text = (ROOT / "docs/editors/vscode.md").read_text("utf-8")
    rows = re.findall(r"^\| `redline\.(inline\w*)` \|", text, re.MULTILINE)
    assert sorted(rows) == sorted(contributed())


def test_the_help_of_neovim_has_each_with_its_value() -> None:
    text = (ROOT / "editor-clients/neovim/doc/redline.txt").read_text("utf-8")
    part = text.split("*redline-inline-settings*")[1].split("\n>lua")[0]
    rows = re.split(r"\n {8}(?=\S)", part)[1:]
    told = {row.split()[0]: " ".join(row.split()[1:]) for row in rows}
    assert told.keys() == SERVER
    for key, value in built_in().items():
        expected = f": {value}" if isinstance(value, int | float) else ""
        assert isinstance(value, bool) or told[key].endswith(expected), key


def test_the_server_takes_each_from_a_client(tmp_path: Path) -> None:
    """As the two editors send them: one object with dotted names."""
    given = {
        "inline": "off",
        "inline_languages_off": ["markdown"],
        "inline_comments": "off",
        "inline_strings": "off",
        "inline_deadline": 1.5,
        "inline_candidates": 1,
        "inline_next_edit": "off",
        "inline_tokens": 700,
        MODEL: "openai/small",
    }
    assert given.keys() == SERVER
    settings, problems = load(tmp_path, None, given, {})
    assert problems == ()
    assert settings.inline == InlineSettings(False, ("markdown",), False, False, 1.5, 1, False, 700)
    assert settings.roles == {"inline": "openai/small"}
