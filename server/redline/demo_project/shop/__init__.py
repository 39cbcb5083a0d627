"""A shop: baskets, prices, receipts."""

from shop.basket import Basket
from shop.prices import Money, PriceList

__all__ = ["Basket", "Money", "PriceList"]
