"""The public contract: names others rely on, and the document that describes them."""

from __future__ import annotations

import importlib
import re
from dataclasses import fields
from pathlib import Path

from redline.core.agent.tools import BY_NAME, ROLE_TOOLS, TOOLS
from redline.core.oversight.policy import DEFAULT_RULES, problems
from redline.core.settings_table import KEYS
from redline.edge.cli import app
from redline.edge.lsp import routes, wire
from redline.edge.lsp.capabilities import AGENT_COMMANDS, REDLINE_COMMANDS

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def test_commands_of_the_command_line() -> None:
    commands = next(action.choices for action in app._parser()._actions if action.dest == "command")
    assert set(commands or ()) == {
        "answer", "ask", "callees", "callers", "demo", "doctor", "importers", "index", "map",
        "memory", "model-server", "references", "replay", "resume", "rollback", "runs", "search",
        "serve", "show", "stats", "stop", "symbols", "tests", "trust",
    }  # fmt: skip


def test_commands_of_the_server() -> None:
    assert set(AGENT_COMMANDS) == {
        "agent.refactor", "agent.fix", "agent.test", "agent.document", "agent.explain",
        "agent.ask",
    }  # fmt: skip
    assert set(REDLINE_COMMANDS) == {
        "redline.accept", "redline.reject", "redline.answer", "redline.rollback",
        "redline.cancel", "redline.trust", "redline.runs", "redline.show",
        "redline.revise", "redline.preview", "redline.proposals", "redline.stopAll",
        "redline.resume", "redline.inline", "redline.inline.accepted", "redline.nextEdit",
    }  # fmt: skip


def test_every_message_and_field_is_described() -> None:
    missing = [name for name in (*AGENT_COMMANDS, *REDLINE_COMMANDS) if f"`{name}`" not in PROTOCOL]
    for name, type_ in described_types():
        described = section(type_.__name__)
        missing += [] if f"`{name}`" in PROTOCOL else [name]
        missing += [
            f"{type_.__name__}.{camel(each.name)}"
            for each in fields(type_)
            if f"`{camel(each.name)}`" not in described
        ]
    assert missing == []


def described_types() -> list[tuple[str, type]]:
    return [*wire.NOTIFICATIONS.items(), *wire.RECEIVED.items(), *wire.RESULTS.items()]


def test_what_a_client_may_notify_is_heard() -> None:
    ours = {name for name in routes.NOTIFICATIONS if name.startswith("redline/")}
    assert ours == set(wire.RECEIVED)


def test_the_document_describes_no_field_that_is_not_there() -> None:
    types = [type_ for _, type_ in described_types()]
    types += [wire.HunkItem, wire.FileItem, wire.CheckItem, wire.PlaceItem, wire.StepItem]
    extra = []
    for type_ in types:
        known = {camel(each.name) for each in fields(type_)}
        rows = re.findall(r"^\| `(\w+)` \|", section(type_.__name__), re.MULTILINE)
        extra += [f"{type_.__name__}.{row}" for row in rows if row not in known]
        assert {camel(each.name) for each in fields(type_)} == set(rows), type_.__name__
    assert extra == []


def section(name: str) -> str:
    found = re.search(rf"^### {name}\b.*?(?=^##|\Z)", PROTOCOL, re.MULTILINE | re.DOTALL)
    assert found, f"docs/protocol.md has no section {name}"
    return found[0]


def test_every_setting_is_described() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    assert [key for key in KEYS if f"`{key}`" not in text] == []


def test_rules_mean_what_they_say() -> None:
    assert problems(DEFAULT_RULES) == ()


def test_every_role_calls_tools_that_exist() -> None:
    assert {name for names in ROLE_TOOLS.values() for name in names} <= set(BY_NAME)


def test_every_tool_runs_or_belongs_to_the_reducer() -> None:
    tools = importlib.import_module("redline.app.tools")
    assert {tool.name for tool in TOOLS if not tool.control} == set(tools.TOOLS)


def test_every_tool_has_a_case() -> None:
    cases = [path.read_text() for path in (ROOT / "tests" / "cases").rglob("*.txt")]
    called = {name for text in cases for name in re.findall(r"^(?:call )?(\w+) \{", text, re.M)}
    assert sorted(set(BY_NAME) - called) == []


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "decisions" / "dependencies.md").read_text()
    project = (ROOT / "pyproject.toml").read_text()
    block = project[project.index("dependencies = [") : project.index("[project.scripts]")]
    names = re.findall(r'^  "([\w.-]+)', block, re.MULTILINE)
    assert names and [name for name in names if f"`{name}`" not in text] == []
