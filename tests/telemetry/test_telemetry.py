"""Runs as OpenTelemetry spans and metrics, at a real collector's endpoint over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("opentelemetry.sdk", reason="the extra `otel` is not installed")

from collector import Collector, Span, collecting

from redline.core.settings import Layer, resolve

SECRET = "a_name_that_stands_for_code"
SCHEMA = "https://opentelemetry.io/schemas/1.44.0"
SCRIPT = """\
usage: 120 30
> %(secret)s
call plan {"steps": ["refactorer: rename %(secret)s"]}
---
usage: 7 5
call read_file {"path": "%(secret)s.py"}
call edit#%(secret)s {"path": "a.py", "search": "greeting", "replace": "%(secret)s"}
call propose {"title": "Use %(secret)s"}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text("greeting = 1\n")
    (tmp_path / "script.txt").write_text(SCRIPT % {"secret": SECRET})
    return folder


def asked(root: Path, home: Path, settings: str, *more: str) -> subprocess.CompletedProcess[str]:
    """A run on the script with these settings of the user's."""
    config = home / "config" / "redline" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(settings)
    model = f"scripted:{root.parent / 'script.txt'}"
    command = [sys.executable, "-m", "redline.main", "ask", f"rename to {SECRET}", "--json"]
    return subprocess.run(
        [*command, "--model", model, *more],
        check=False,
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
    )


def named(collector: Collector, name: str) -> list[Span]:
    return [each for each in collector.spans if each.name == name]


def test_a_run_is_a_span_with_its_calls_below(root: Path, home: Path) -> None:
    with collecting() as collector:
        done = asked(root, home, f'[telemetry]\nendpoint = "{collector.address}"\n')
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)["run"]
    (agent,) = named(collector, "invoke_agent redline")
    assert agent.attributes == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "redline",
        "gen_ai.agent.version": "0.1.0",
        "gen_ai.provider.name": "redline",
        "gen_ai.request.model": "scripted",
        "gen_ai.conversation.id": run,
        "redline.action": "refactor",
        "redline.outcome": "proposed",
    }
    chats = named(collector, "chat scripted")
    assert [each.attributes["gen_ai.usage.input_tokens"] for each in chats] == [120, 7]
    assert chats[0].attributes.pop("gen_ai.response.time_to_first_chunk") >= 0
    assert chats[0].attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "redline",
        "gen_ai.request.model": "scripted",
        "gen_ai.response.model": "scripted",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 30,
        "gen_ai.conversation.id": run,
        "redline.role": "planner",
    }
    tools = {each.name: each for each in collector.spans if "gen_ai.tool.name" in each.attributes}
    assert {name: each.failed for name, each in tools.items()} == {
        "execute_tool read_file": True,
        "execute_tool edit": False,
        "execute_tool propose": False,
    }
    assert tools["execute_tool read_file"].attributes["error.type"] == "refused"
    below = [each for each in collector.spans if each is not agent]
    assert {each.parent for each in below} == {agent.id} and agent.parent == b""
    assert all(agent.start <= each.start <= each.end <= agent.end + 0.001 for each in below)
    assert collector.schemas == {SCHEMA}
    assert collector.resources[0]["service.name"] == "redline"


def test_metrics_are_named_by_the_conventions(root: Path, home: Path) -> None:
    with collecting() as collector:
        asked(root, home, f'[telemetry]\nendpoint = "{collector.address}"\n')
    counts = {name: sum(each[1] for each in found) for name, found in collector.metrics.items()}
    assert counts == {
        "gen_ai.client.operation.duration s": 2,
        "gen_ai.client.operation.time_to_first_chunk s": 1,
        "gen_ai.client.token.usage {token}": 4,
        "gen_ai.execute_tool.duration s": 3,
        "gen_ai.invoke_agent.duration s": 1,
    }
    tokens = collector.metrics["gen_ai.client.token.usage {token}"]
    assert {each[0]["gen_ai.token.type"]: each[2] for each in tokens} == {
        "input": 127.0,
        "output": 35.0,
    }


def test_nothing_that_anyone_wrote_is_sent(root: Path, home: Path) -> None:
    with collecting() as collector:
        done = asked(root, home, f'[telemetry]\nendpoint = "{collector.address}"\n')
    assert SECRET in done.stdout and collector.bodies
    everything = b"".join(collector.bodies)
    for words in (SECRET, "greeting", "a.py", str(root.parent), "rename to", "script.txt"):
        assert words.encode() not in everything


def test_the_standard_variables_are_used_where_the_settings_say_so(
    root: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
        assert asked(root, home, "").returncode == 0
        assert collector.bodies == []
        assert asked(root, home, '[telemetry]\nendpoint = "environment"\n').returncode == 0
        assert len(named(collector, "invoke_agent redline")) == 1


def test_a_collector_that_is_not_there_costs_seconds_at_most(root: Path, home: Path) -> None:
    with collecting() as collector:
        pass
    done = asked(root, home, f'[telemetry]\nendpoint = "{collector.address}"\n')
    assert done.returncode == 0
    assert "Traceback" not in done.stderr and "opentelemetry" not in done.stderr.lower()


def test_no_workspace_and_no_client_says_where_it_goes(root: Path, home: Path) -> None:
    with collecting() as collector:
        (root / "redline.toml").write_text(f'[telemetry]\nendpoint = "{collector.address}"\n')
        done = asked(root, home, "")
        assert done.returncode == 0 and "a workspace may not set this" in done.stderr
        assert collector.bodies == []
    for name, taken in (("user", True), ("team", True), ("client", False), ("workspace", False)):
        layer = Layer(name, "file", {"telemetry.endpoint": "http://a"})  # type: ignore[arg-type]
        settings, problems = resolve([layer])
        assert (settings.telemetry_endpoint, len(problems)) == (
            ("http://a", 0) if taken else ("", 1)
        )


def test_nothing_of_it_is_imported_where_it_is_off(root: Path) -> None:
    code = (
        "import sys; from redline import main; from redline.core.settings import Settings;"
        "main.adapters(Settings()); print([n for n in sys.modules if 'opentelemetry' in n])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
