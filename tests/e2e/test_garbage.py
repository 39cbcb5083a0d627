"""Full looks for garbage: what outlived one is left out of the next, and not for good."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from redline.edge import garbage


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def begun() -> Iterator[None]:
    garbage.begin()
    yield
    garbage.end()


def test_what_outlives_a_full_look_is_left_out_of_the_next(begun: None) -> None:
    kept = [[each] for each in range(50_000)]
    gc.collect()
    assert gc.get_freeze_count() > len(kept)
    assert len(gc.get_objects()) < 5_000


def test_what_is_dropped_after_that_goes_with_the_look_at_everything(begun: None) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    gc.collect()
    del knot
    gc.collect()
    assert gone() is not None
    garbage.everything()
    assert gone() is None


def test_an_early_look_is_taken_where_one_would_be_due(begun: None) -> None:
    gc.collect()
    knot = Knot()
    gone = weakref.ref(knot)
    del knot
    garbage.early()
    assert gone() is not None
    gc.collect(1)
    knot = Knot()
    gone = weakref.ref(knot)
    del knot
    garbage.early()
    assert gone() is None


def test_nothing_is_looked_for_while_that_is_put_off(begun: None) -> None:
    gc.collect(1)
    knot = Knot()
    gone = weakref.ref(knot)
    del knot
    gc.disable()
    garbage.early()
    garbage.everything()
    gc.enable()
    assert gone() is not None
