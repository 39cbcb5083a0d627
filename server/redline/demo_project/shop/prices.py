"""Prices, in cents, so that nothing is ever rounded twice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Money:
    """An amount. `cents` may be negative for a refund."""

    cents: int

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        whole, rest = divmod(abs(self.cents), 100)
        return f"{sign}{whole}.{rest:02d}"


class PriceList:
    """What each article costs now."""

    def __init__(self, prices: dict[str, int]) -> None:
        self._prices = dict(prices)

    def price(self, article: str) -> Money:
        try:
            return Money(self._prices[article])
        except KeyError:
            raise LookupError(f"no price for {article}") from None

    def reduced(self, percent: int) -> "PriceList":
        return PriceList({name: p * (100 - percent) // 100 for name, p in self._prices.items()})
