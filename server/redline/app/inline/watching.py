"""The suggestions a session keeps an eye on, and what was found and is not written down yet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from redline.core.inline.value.figures import Growth
from redline.core.inline.value.kept import Followed
from redline.core.inline.value.model import Count, Entry, Source
from redline.core.inline.value.showing import Showing
from redline.core.text.text import Text

REMEMBERED = 50
"""Suggestions of which a client may still tell what became of them, after they were gone."""
MOST_FOLLOWED = 100


@dataclass(slots=True)
class Watching:
    """By document: what is `showing`, and those that were put in and are `followed`, with the
    text (`seen`) all of it counts in.

    `tells`: the client says itself what it shows. `ended` are the last that are over, `news`
    and `growth` what is to be written down, which `timer` sees to.
    """

    showing: dict[str, Showing] = field(default_factory=dict)
    followed: dict[str, tuple[Followed, ...]] = field(default_factory=dict)
    seen: dict[str, Text] = field(default_factory=dict)
    tells: bool = False
    ended: dict[str, Entry] = field(default_factory=dict)
    news: dict[str, Entry] = field(default_factory=dict)
    growth: dict[tuple[str, Source, str], float] = field(default_factory=dict)
    timer: asyncio.TimerHandle | None = None
    complained: bool = False

    def grow(self, day: str, source: Source, growth: Growth) -> None:
        """Adds to what is to be written down."""
        for name, number in growth.items():
            key = (day, source, name)
            self.growth[key] = self.growth.get(key, 0.0) + number

    def keep(self, entry: Entry) -> None:
        """The entry as it is to be written down from now on."""
        self.news[entry.id] = entry

    def remember(self, entry: Entry, ids: frozenset[str]) -> None:
        """An entry a client may still tell of, by all its ids."""
        self.ended |= dict.fromkeys(ids, entry)
        for id_ in list(self.ended)[:-REMEMBERED]:
            del self.ended[id_]

    def taken(self) -> tuple[list[Entry], list[Count]]:
        """What is to be written down, which is done from here on."""
        entries = list(self.news.values())
        counts = [Count(*key, number) for key, number in self.growth.items()]
        self.news, self.growth = {}, {}
        return entries, counts

    def all_followed(self) -> Iterator[tuple[str, Followed]]:
        """All that is followed, with its document."""
        for uri, followed in self.followed.items():
            for each in followed:
                yield uri, each
