"""The receipt, as text for a narrow printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shop.prices import PriceList

if TYPE_CHECKING:
    from shop.basket import Basket as AnyBasket


def receipt(basket: "AnyBasket", prices: PriceList, width: int = 32) -> str:
    rows = [f"Basket of {basket.owner}"]
    for article, count in basket:
        amount = str(prices.price(article))
        label = f"{count} x {article}"
        rows.append(f"{label:<{width - len(amount)}}{amount}")
    amount = str(basket.total(prices))
    rows.append(f"{'total':<{width - len(amount)}}{amount}")
    return "\n".join(rows)
