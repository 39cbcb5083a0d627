"""Typing and accepting in any order, with every kind of editor; see `story.py` for one case.

A failure names its seed and tells the whole story; `python story.py KIND SEED` plays it again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import asdict

import pytest
from clients import KINDS
from story import play
from virtual_time import Stuck, run

ALL = [*KINDS, "fickle"]
QUICK, MANY = 150, 1_100


@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_lost_halved_or_wrong(kind: str) -> None:
    _all(kind, range(QUICK))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_lost_halved_or_wrong_ten_thousand_times(kind: str) -> None:
    _all(kind, range(QUICK, QUICK + MANY))


def _all(kind: str, seeds: range) -> None:
    sums: Counter[str] = Counter()
    for seed in seeds:
        try:
            sums.update(asdict(play(kind, seed)))
        except BaseException as error:
            error.add_note(f"again: python tests/interleavings/story.py {kind} {seed}")
            raise
    print(f"{kind}: {len(seeds)} cases, {dict(sums)}")
    # A story in which nothing happens proves nothing.
    assert sums["accepts"] > len(seeds)
    assert sums["meddled"] > len(seeds)
    assert sums["judged"] > len(seeds)
    assert sums["finally_accepted"] > len(seeds) / 2


def test_the_clock_jumps_and_finds_what_would_wait_for_ever() -> None:
    async def waits() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    async def stuck() -> None:
        await asyncio.get_running_loop().create_future()

    assert run(waits()) >= 3600
    with pytest.raises(Stuck):
        run(stuck())
