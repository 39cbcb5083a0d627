"""No malformed edit ends in wrong bytes: it is applied right, or refused with a reason.

`python tests/edits/test_corpus.py [EACH [SEED]]` prints how the cases of each mutation end, and
those that end wrong.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from corpus import MUTATIONS, Spoilt, edits
from corpus_more import MORE, judged
from corpus_shapes import SHAPES

SEED = 20_261_123
EACH = 16
EACH_SLOW = 110
MAKERS = {**MUTATIONS, **MORE, **SHAPES}
NAMES = tuple(MAKERS)


def cases(name: str, count: int, seed: int = SEED) -> Iterator[Spoilt]:
    """`count` cases of one mutation; the seed and the name give the same ones each time."""
    rng = random.Random(f"{seed}:{name}")
    make = MAKERS[name]
    source = edits(rng.randrange(2**32))
    made = 0
    for _ in range(count * 200):
        found = make(next(source), rng)
        if found is not None:
            yield found
            made += 1
        if made == count:
            return


def tally(name: str, count: int, seed: int = SEED) -> tuple[Counter[str], list[str]]:
    """How the cases of a mutation end, and those that end wrong."""
    ends: Counter[str] = Counter()
    wrong = []
    for at, case in enumerate(cases(name, count, seed)):
        end, why = judged(case)
        ends[end] += 1
        if end == "wrong":
            wrong.append(f"{name} #{at}: {case.given!r}: {why}")
    return ends, wrong


@pytest.mark.parametrize("name", NAMES)
def test_no_malformed_edit_is_made_wrong(name: str) -> None:
    ends, wrong = tally(name, EACH)
    assert wrong == []
    assert sum(ends.values()) == EACH


@pytest.mark.parametrize("name", [name for name in NAMES if "as it should be" in name])
def test_right_edits_are_made(name: str) -> None:
    ends, _ = tally(name, EACH)
    assert ends["applied"] >= 0.75 * EACH


def test_the_corpus_is_large() -> None:
    assert len(NAMES) * EACH >= 2_000
    assert len(NAMES) * EACH_SLOW >= 20_000


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_malformed_edit_of_many_is_made_wrong(name: str) -> None:
    _, wrong = tally(name, EACH_SLOW)
    assert wrong == []


def table(count: int, seed: int) -> str:
    """How the cases of each mutation end, as a Markdown table; kin in one row. Then the wrong."""
    rows = ["| malformed | cases | applied right | refused | wrong |", "|---|---|---|---|---|"]
    kin: dict[str, Counter[str]] = {}
    every: list[str] = []
    for name in NAMES:
        ends, wrong = tally(name, count, seed)
        every += wrong
        family = re.sub(r", (?:both|search|replacement)$", "", name).replace("_", " ")
        kin[family] = kin.get(family, Counter()) + ends
    rows += [_row(name, ends) for name, ends in kin.items()]
    return "\n".join([*rows, _row("**all**", sum(kin.values(), Counter())), *every])


def _row(name: str, ends: Counter[str]) -> str:
    told = (sum(ends.values()), ends["applied"], ends["refused"], ends["wrong"])
    return f"| {name} | {' | '.join(map(str, told))} |"


if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:3]]
    print(table(asked[0] if asked else EACH, asked[1] if len(asked) > 1 else SEED))
