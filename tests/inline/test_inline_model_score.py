"""The score of candidates."""

from __future__ import annotations

from itertools import pairwise

import pytest
from inline_model_support import MODELS, asked, memory_of

from redline.core.inline.builtin.complete import candidates
from redline.core.inline.builtin.features import NAMES
from redline.core.inline.builtin.score import THRESHOLD, chance, forest, read


def test_a_tree_is_read_as_it_is_written() -> None:
    tree = read("0:0.5 =-1 1:2 =0.25 =3")
    rows = [(0.5, 9.0), (0.6, 2.0), (0.6, 2.1)]
    assert [tree.value(row) for row in rows] == [-1.0, 0.25, 3.0]


@pytest.mark.parametrize("written", ["", "0:0.5 =1", "x", "0:y =1 =2"])
def test_what_is_no_tree_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        read(written)


def test_the_table_knows_the_features() -> None:
    used = {each for tree in forest() for each in tree.features if each >= 0}
    assert used <= set(range(len(NAMES)))
    assert len(used) > 20


def test_the_more_files_agree_the_likelier_a_line_is() -> None:
    other = MODELS.replace(b"return self.name", b"return str(self.pk)")

    def sure(agreeing: int) -> float:
        files = {f"file:///p/m{at}.py": MODELS if at < agreeing else other for at in range(8)}
        place = asked(
            memory_of(files), "file:///p/shop.py", MODELS[: MODELS.index(b"        return")]
        )
        assert place is not None
        chances = {each.line: chance(each.features) for each in candidates(place)}
        return chances.get(b"        return self.name", 0.0)

    chances = [sure(agreeing) for agreeing in (0, 4, 8)]
    assert all(less < more for less, more in pairwise(chances))
    assert chances[0] < THRESHOLD < chances[-1]
