"""Nothing gets out of the sandbox: every attempt, as this user and, for root, as another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sandbox_attempts_files import READS, WRITES
from sandbox_attempts_processes import NETWORK, PROCESSES
from sandbox_attempts_resources import RESOURCES
from sandbox_mutations import MUTATIONS
from sandbox_support import USER, require

ATTEMPTS = (*WRITES, *READS, *PROCESSES, *NETWORK, *RESOURCES)
WHO = ("this user", "another user") if os.name == "posix" and os.getuid() == 0 else ("this user",)
_RUNNER = Path(__file__).with_name("sandbox_runner.py")
_SECONDS = 600


def started(who: str, mutation: str, *names: str) -> subprocess.Popen[str]:
    """The runner, as one user or the other; it says what was wrong with each attempt."""
    user = os.getuid() if who == "this user" else USER
    command = [sys.executable, "-B", str(_RUNNER), str(user), mutation, *names]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)


def finished(process: subprocess.Popen[str]) -> Mapping[str, list[str]]:
    output, complaints = process.communicate(timeout=_SECONDS)
    assert process.returncode == 0, complaints
    found: dict[str, list[str]] = json.loads(output)
    return found


@pytest.fixture(scope="module")
def outcomes() -> Iterator[Mapping[str, Mapping[str, list[str]]]]:
    """All attempts once; both users at the same time."""
    require()
    running = {who: started(who, "none") for who in WHO}
    try:
        yield {who: finished(process) for who, process in running.items()}
    finally:
        for process in running.values():
            process.kill()
            process.wait()


def test_there_are_enough_attempts_and_each_has_a_name_of_its_own() -> None:
    assert len({each.name for each in ATTEMPTS}) == len(ATTEMPTS) >= 60


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", [each.name for each in ATTEMPTS])
def test_it_does_not_get_out(
    outcomes: Mapping[str, Mapping[str, list[str]]], who: str, name: str
) -> None:
    assert outcomes[who][name] == []


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("mutation", [each for each in MUTATIONS if each != "none"])
def test_every_protection_matters(who: str, mutation: str) -> None:
    """With one protection taken out, attempts that it stops get out, and are noticed."""
    require()
    expected = MUTATIONS[mutation]
    if expected.root_only and (who != "this user" or os.getuid() != 0):
        pytest.skip("only root needs it")
    found = finished(started(who, mutation, *expected.escapes))
    assert sorted(name for name, wrong in found.items() if wrong) == sorted(expected.escapes)
