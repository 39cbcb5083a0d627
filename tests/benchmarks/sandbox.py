"""What the sandbox costs: python tests/benchmarks/sandbox.py [FOLDER] [--runs N] [--json]

  exec      starting /bin/true and waiting for it
  sandbox   the same in the sandbox, over a scratch copy of FOLDER with two files changed
  overhead  the difference of the two, one pair after the other; goal: median at most 0.020 s
  scratch   laying such a copy, warm; goal: at most 0.020 s
  cold      laying it the first time, when the whole tree is looked through for secrets
  mounts    the same as sandbox where the kernel has no overlays
  whole     a whole copy, for programs that run unsandboxed

Without a FOLDER it takes Django's sources.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import tempfile
from pathlib import Path
from time import perf_counter

from measuring import django, figures, show

from redline.adapters.sandbox.bubblewrap import Sandbox
from redline.adapters.sandbox.needs import programs_here
from redline.adapters.scratch.copies import Scratch
from redline.adapters.scratch.places import ScratchPlaces
from redline.core.oversight.sandbox import Limits, Ran, ScratchCopy

CHANGED = {"django/apps/registry.py": b"changed = 1\n", "django/new/module.py": b"new = 1\n"}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", nargs="?")
    arguments.add_argument("--runs", type=int, default=100)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    root = django(options.folder)
    with tempfile.TemporaryDirectory() as folder:
        places = ScratchPlaces(lambda: Path(folder) / "cache")
        times = asyncio.run(measured(root, places, options.runs))
        places.close()
    found = figures(times, "exec")
    show(found, options.json, goal="overhead and scratch <= 0.020")


async def measured(root: Path, places: ScratchPlaces, runs: int) -> dict[str, list[float]]:
    names = ("exec", "sandbox", "overhead", "scratch", "cold", "mounts", "whole")
    times: dict[str, list[float]] = {name: [] for name in names}
    sandbox = Sandbox(places)
    status = await sandbox.status()
    if not status.ok:
        raise SystemExit(f"{status.detail}; {status.mend}")
    for _ in range(3):
        await laid(Scratch(places), root, times["cold"])
    warm = Scratch(places)
    await laid(warm, root, [])
    for _ in range(runs):
        await laid(warm, root, times["scratch"])
    async with warm.laid(root, CHANGED) as scratch:
        assert isinstance(scratch, ScratchCopy), scratch
        for _ in range(runs):
            await plain(times["exec"])
            await boxed(sandbox, scratch, times["sandbox"])
            times["overhead"].append(times["sandbox"][-1] - times["exec"][-1])
    await without(root, places, runs, times)
    return times


async def without(
    root: Path, places: ScratchPlaces, runs: int, times: dict[str, list[float]]
) -> None:
    """What other machines do."""
    with tempfile.TemporaryDirectory(prefix="project-") as folder:
        programs = dataclasses.replace(programs_here(), sh=no_overlay(Path(folder)))
        mounts = Sandbox(places, programs)
        await mounts.status()
        async with Scratch(places).laid(root, CHANGED) as scratch:
            assert isinstance(scratch, ScratchCopy), scratch
            for _ in range(max(3, runs // 5)):
                await boxed(mounts, scratch, times["mounts"])
    whole = Scratch(places, whole=True)
    for _ in range(3):
        await laid(whole, root, times["whole"])


def no_overlay(folder: Path) -> str:
    """A shell in whose scripts no overlay can be mounted."""
    path = folder / "sh"
    path.write_text(
        "#!/bin/bash\n"
        'exec /bin/sh -c "${2//mount -int overlay/mount -int no-such-file-system}" "${@:3}"\n'
    )
    path.chmod(0o755)
    return str(path)


async def laid(scratch: Scratch, root: Path, into: list[float]) -> None:
    began = perf_counter()
    async with scratch.laid(root, CHANGED) as made:
        into.append(perf_counter() - began)
        assert isinstance(made, ScratchCopy), made


async def plain(into: list[float]) -> None:
    began = perf_counter()
    process = await asyncio.create_subprocess_exec("/bin/true")
    await process.wait()
    into.append(perf_counter() - began)


async def boxed(sandbox: Sandbox, scratch: ScratchCopy, into: list[float]) -> None:
    began = perf_counter()
    ran = await sandbox.run(scratch, ("/bin/true",), Limits(), {})
    into.append(perf_counter() - began)
    assert isinstance(ran, Ran) and ran.code == 0, ran


if __name__ == "__main__":
    main()
