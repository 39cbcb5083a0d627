"""One server for all attacks, and a world of its own for each."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from abuse.abuse_canaries import Ears, traps
from abuse.abuse_models import Models
from abuse.abuse_world import Running, World, environment


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every program that must not run leaves its name."""
    return tmp_path_factory.mktemp("ran") / "ran"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, ran: Path) -> Iterator[Running]:
    """The real server, on loopback, with a home of its own."""
    home = tmp_path_factory.mktemp("abuse-home")
    surroundings = environment(home, traps(home / "traps", ran))
    with (home / "stderr.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "redline.main", "serve", "--tcp", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=surroundings,
            cwd=home,
            text=True,
        )
    made = Running(home, surroundings, process, 0)
    try:
        made.port = _port(made)
        yield made
    finally:
        process.kill()
        process.wait()


def _port(running: Running) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = re.search(r"listening on .*, (\d+)\)", running.log())
        if found is not None:
            return int(found[1])
        assert running.process.poll() is None, running.log()
        time.sleep(0.02)
    raise AssertionError(f"the server does not listen: {running.log()}")


@pytest.fixture(scope="session")
def models() -> Iterator[Models]:
    """Where the models of all tests answer from."""
    made = Models()
    yield made
    made.close()


@pytest.fixture(scope="session")
def ears() -> Iterator[Ears]:
    """Listens for what leaves the product for anywhere but the model."""
    made = Ears()
    yield made
    made.close()


@pytest.fixture
def world(
    tmp_path: Path, running: Running, models: Models, ears: Ears, ran: Path
) -> Iterator[World]:
    """A workspace; at the end nothing may have been achieved in it or around it."""
    made = World(tmp_path, running, models, ears)
    yield made
    assert made.verdict(ran) == []
