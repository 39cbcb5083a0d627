from shop import Basket, Money, PriceList
from shop.basket import merged
from shop.receipt import receipt

PRICES = PriceList({"tea": 350, "bread": 280})


def test_total_counts_every_article():
    basket = Basket("Ada").add("tea", 2).add("bread")
    assert basket.total(PRICES) == Money(980)


def test_merging_keeps_the_first_owner():
    both = merged(Basket("Ada").add("tea"), Basket("Bob").add("tea"))
    assert (both.owner, list(both)) == ("Ada", [("tea", 2)])


def test_receipt_adds_up():
    text = receipt(Basket("Ada").add("bread"), PRICES, width=20)
    assert text.splitlines() == [
        "Basket of Ada",
        "1 x bread       2.80",
        "total           2.80",
    ]
