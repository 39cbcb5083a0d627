"""What a customer is about to buy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shop.prices import Money, PriceList


@dataclass
class Basket:
    """Articles with how many of each."""

    owner: str
    lines: dict[str, int] = field(default_factory=dict)

    def add(self, article: str, count: int = 1) -> "Basket":
        if count < 1:
            raise ValueError(f"cannot add {count} of {article}")
        self.lines[article] = self.lines.get(article, 0) + count
        return self

    def remove(self, article: str) -> None:
        self.lines.pop(article, None)

    def total(self, prices: PriceList) -> Money:
        cents = 0
        for article, count in self.lines.items():
            cents += prices.price(article).cents * count
        return Money(cents)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(sorted(self.lines.items()))


def merged(one: Basket, other: Basket) -> Basket:
    """Both baskets in one, which the first owner keeps."""
    result = Basket(one.owner, dict(one.lines))
    for article, count in other:
        result.add(article, count)
    return result
