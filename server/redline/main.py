"""Wires the layers together. The only module that sees all four, and it holds no logic.

Adapters are imported where they are made: each command pays for what it uses.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from redline.edge.cli import app
from redline.edge.cli.wiring import CliWiring

if TYPE_CHECKING:
    from redline.adapters.inline.sent import SendingFiles
    from redline.adapters.models.registry import ModelRegistry
    from redline.adapters.scratch.places import ScratchPlaces
    from redline.app.gateway import Gateway
    from redline.app.inline.ports import (
        FillModels,
        InlineAdapters,
        InlineCache,
        InlineRecord,
        Remembering,
    )
    from redline.app.ports import (
        Adapters,
        Aside,
        Clock,
        Extractor,
        HistoryReader,
        Indexer,
        Journal,
        Previews,
        Prompts,
        Sandbox,
        Switch,
        Telemetry,
        Toolchains,
        Trust,
    )
    from redline.app.ports_code import LanguageServers, Linter, Patterns
    from redline.app.ports_notes import Notes
    from redline.core.index.languages import Languages
    from redline.core.problems import Finding
    from redline.core.settings import Settings, SettingsProblem
    from redline.edge.lsp.connection import Wiring

    Loaded = tuple[Settings, tuple[SettingsProblem, ...]]

EDITOR_WORKERS = 1
TERMINAL_WORKERS = 2


def adapters(settings: Settings, workers: int = TERMINAL_WORKERS) -> Adapters:
    """The real adapters. Nothing is opened or started before it is used."""
    from redline.adapters import grammars
    from redline.adapters.disk import LocalDisk
    from redline.adapters.ruff.fixes import RuffFixes, RuffImports
    from redline.app.ports import Adapters

    languages, trust, models = grammars.load(), _trust(settings), _models()
    return Adapters(
        languages=languages,
        models=models,
        servers=_servers(settings, trust, languages),
        imports=RuffImports(),
        fixes=RuffFixes(),
        patterns=_patterns(),
        aside=_aside(),
        linter=_linter(),
        disk=LocalDisk(),
        indexer=_indexer(workers, languages),
        extractor=_extractor(),
        history=_history(),
        journal=_journal,
        trust=trust,
        switch=_switch(),
        sandbox=_sandbox(settings),
        toolchains=_toolchains(),
        clock=_clock(),
        prompts=_prompts(),
        previews=_previews(),
        notes=_notes(trust),
        count_tokens=_count_tokens,
        window=_window,
        gateway=_gateway,
        telemetry=_telemetry(settings),
        inline=_inline(models),
    )


def _inline(models: FillModels) -> InlineAdapters:
    from redline.app.inline.ports import InlineAdapters

    return InlineAdapters(
        drafts=_inline_drafts(),
        memories=_inline_memories(),
        models=models,
        sent=_inline_sent,
        record=_inline_record,
    )


def _models() -> ModelRegistry:
    from redline.adapters.models.cached import kept_replies
    from redline.adapters.models.registry import ModelRegistry

    return ModelRegistry(kept_replies())


def _clock() -> Clock:
    from redline.adapters.clock import SystemClock

    return SystemClock()


@cache
def _aside() -> Aside:
    """One for the process, as there is one collector of garbage."""
    from redline.adapters.aside import Threads

    return Threads()


def _linter() -> Linter:
    from redline.adapters.ruff.checks import RuffChecks

    return RuffChecks()


def _toolchains() -> Toolchains:
    from redline.adapters.toolchains import LocalToolchains

    return LocalToolchains()


def _prompts() -> Prompts:
    from redline.adapters.prompts import PackagedPrompts

    return PackagedPrompts()


def _patterns() -> Patterns:
    from redline.adapters.structural import AstGrep

    return AstGrep()


def _inline_drafts() -> InlineCache:
    from redline.adapters.inline.drafts import kept_drafts

    return kept_drafts()


def _indexer(workers: int, languages: Languages) -> Indexer:
    from redline.adapters.index.indexer import ProcessIndexer
    from redline.adapters.places import IndexPlaces

    return ProcessIndexer(workers, places=IndexPlaces(), languages=languages)


@cache
def _gateway() -> Gateway:
    """One for the process: all its runs share the breakers and the budgets of retries."""
    import random

    from redline.adapters import places
    from redline.adapters.clock import SystemClock
    from redline.adapters.spending import SqliteSpending
    from redline.app.gateway import Gateway

    return Gateway(SystemClock(), SqliteSpending(places.spending_file), random.random)


def _history() -> HistoryReader:
    from redline.adapters.history.git import GitHistory

    return GitHistory()


def _sandbox(settings: Settings) -> Sandbox:
    from redline.adapters.sandbox.choice import ChosenSandbox

    return ChosenSandbox(_scratch_places, settings.unsandboxed)


def _inline_memories() -> Remembering:
    from redline.adapters.inline.memory import ProcessMemories
    from redline.adapters.places import IndexPlaces

    return ProcessMemories(IndexPlaces().inline)


def _extractor() -> Extractor:
    from redline.adapters.index.text_extractor import ProcessExtractor

    return ProcessExtractor()


def _telemetry(settings: Settings) -> Telemetry:
    from redline.adapters.telemetry.exporting import telemetry

    return telemetry(settings)


def _previews() -> Previews:
    from redline.adapters import places
    from redline.adapters.previews import PreviewFiles

    return PreviewFiles(places.previews_folder)


def _servers(settings: Settings, trust: Trust, languages: Languages) -> LanguageServers:
    from redline.adapters.disk import LocalDisk
    from redline.adapters.language_servers.pool import Limits
    from redline.adapters.language_servers.servers import Choice, RunningServers

    limits = Limits(settings.server_memory, settings.server_number, settings.server_idle)
    choice = Choice(settings.servers, trust.trusted)
    return RunningServers(choice, LocalDisk(), languages, limits)


@cache
def _scratch_places() -> ScratchPlaces:
    """One for the process, closed at its end."""
    from redline.adapters import places
    from redline.adapters.scratch.places import ScratchPlaces

    return ScratchPlaces(places.scratch_folder)


def _count_tokens(text: str) -> int:
    from redline.adapters.tokens import count

    return count(text)


def _window(model: str) -> int:
    from redline.adapters.models.windows import window

    return window(model)


def _trust(settings: Settings) -> Trust:
    from redline.adapters import places
    from redline.adapters.trust import NoTrust, TrustFile

    return NoTrust() if settings.trust == "never" else TrustFile(places.trust_file())


def _switch() -> Switch:
    from redline.adapters import places
    from redline.adapters.switch import SwitchFile

    return SwitchFile(places.switch_file())


def _journal(folder: str) -> Journal:
    from redline.adapters import places
    from redline.adapters.journal import SqliteJournal
    from redline.core import uris

    return SqliteJournal(places.journal_file(Path(uris.file_path(folder) or "/")))


@cache
def _inline_sent(folder: str) -> SendingFiles:
    """One for each workspace: its file stays open."""
    from redline.adapters.inline.sent import sendings_of

    return sendings_of(folder)


def _notes(trust: Trust) -> Notes:
    from redline.adapters import places
    from redline.adapters.agents_files import AgentsFiles
    from redline.adapters.memory import MemoryFolder
    from redline.app.ports_notes import Notes
    from redline.core import uris

    def memory(folder: str) -> MemoryFolder:
        return MemoryFolder(lambda: places.memory_folder(Path(uris.file_path(folder) or "/")))

    return Notes(AgentsFiles(trust), memory)


def _journals() -> Sequence[Journal]:
    from redline.adapters import places
    from redline.adapters.journal import SqliteJournal

    return [SqliteJournal(path) for path in places.journal_files()]


def _inline_record(folder: str) -> InlineRecord:
    from redline.adapters.inline.record import record_of

    return record_of(folder)


def _inline_records() -> Sequence[InlineRecord]:
    from redline.adapters.inline.record import kept_records

    return kept_records()


def _lsp(team: Path | None) -> Wiring:
    from redline.adapters.settings_files import load
    from redline.edge.lsp.connection import Wiring

    def settings(root: str | None, client: Mapping[str, object]) -> Loaded:
        return load(Path(root) if root else None, team, client, {})

    def made(settings: Settings) -> Adapters:
        return adapters(settings, EDITOR_WORKERS)

    return Wiring(made, settings)


def _settings(root: Path | None, team: Path | None, command_line: Mapping[str, object]) -> Loaded:
    from redline.adapters.settings_files import load

    return load(root, team, {}, command_line)


def _model_server(argv: Sequence[str]) -> int:
    from redline.adapters.models.scripted_server import run

    return run(argv)


def _probe(root: Path, settings: Settings) -> Sequence[Finding]:
    from redline.adapters.machine import probe

    return probe(root, settings)


def _unknown_model(name: str) -> str:
    from redline.adapters.models.registry import unknown

    return unknown(name)


def _demo_project() -> Path:
    from importlib.resources import files

    return Path(str(files("redline") / "demo_project"))


async def _let_go() -> None:
    from redline.adapters.models import litellm_library

    await litellm_library.close()


def _close() -> None:
    if _scratch_places.cache_info().currsize:
        _scratch_places().close()


def wiring() -> CliWiring:
    """What the command line gets."""
    return CliWiring(
        adapters=adapters,
        settings=_settings,
        unknown_model=_unknown_model,
        probe=_probe,
        model_server=_model_server,
        lsp=_lsp,
        demo_project=_demo_project,
        journals=_journals,
        inline_records=_inline_records,
        let_go=_let_go,
        close=_close,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """`redline`."""
    made = wiring()
    try:
        return app.run(sys.argv[1:] if argv is None else argv, made)
    finally:
        made.close()


def main_lsp(argv: Sequence[str] | None = None) -> int:
    """`redline-lsp`: the server, for editors that take a plain command."""
    return main(["serve", *(sys.argv[1:] if argv is None else argv)])


if __name__ == "__main__":
    sys.exit(main())
