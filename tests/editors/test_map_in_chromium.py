"""The map in a real browser: read, searched, clicked, zoomed, deep-linked, attacked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browser import Browser, Page, PageError, running
from installed import binary

import maps
from redline.core.map.model import CodeMap, MapEdge
from redline.edge.cli.map_page import page

pytestmark = pytest.mark.editor

Open = Callable[..., Page]
LIST = "[...document.querySelectorAll({css!r})].map((each) => each.{part})"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all of these tests."""
    with running(binary("chromium"), tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture
def open_map(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a map in a tab; at the end nothing was complained of and nothing asked for."""
    opened: list[Page] = []
    place = tmp_path / "map.html"

    def begin(code_map: CodeMap, hash: str = "", size: tuple[int, int] = (1280, 800)) -> Page:
        place.write_text(page(code_map), encoding="utf-8")
        tab = Page(browser)
        opened.append(tab)
        tab.resize(*size)
        tab.open(f"{place.as_uri()}{hash}")
        tab.until("globalThis.codeMap !== undefined && !codeMap.moving()")
        return tab

    yield begin
    for tab in opened:
        complaints, requests = tab.complaints(), tab.requests()
        tab.close()
        assert complaints == []
        assert [each for each in requests if not each.startswith(place.as_uri())] == []


def texts(tab: Page, css: str, part: str = "textContent") -> list[str]:
    found: list[str] = tab.value(LIST.format(css=css, part=part))
    return found


def click(tab: Page, path: str, corner: bool = False) -> None:
    """Clicks on the tile of a file or (near its corner) on the title of a folder."""
    tab.until("!codeMap.moving()")
    where = tab.value(f"codeMap.rect({path!r})")
    frame = tab.value("document.getElementById('over').getBoundingClientRect().toJSON()")
    x, y = (12, 8) if corner else (where["width"] / 2, where["height"] / 2)
    tab.click(frame["x"] + where["x"] + x, frame["y"] + where["y"] + y)


def arrive(tab: Page, hash: str, title: str) -> None:
    """Waits until the page shows what that address says."""
    tab.until(f"codeMap.place() === {hash or '#'!r} && !codeMap.moving()")
    assert texts(tab, ".panel h2") == [title]


def ink(tab: Page, color: str) -> int:
    """How many dots of a colour of the page's style lie over the map."""
    tab.until("!codeMap.moving()")
    dots: int = tab.value(
        f"""(() => {{
          const copy = new OffscreenCanvas(over.width, over.height);
          const pen = copy.getContext('2d', {{ willReadFrequently: true }});
          pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--{color}');
          pen.fillRect(0, 0, 1, 1);
          const wanted = pen.getImageData(0, 0, 1, 1).data;
          pen.clearRect(0, 0, 1, 1);
          pen.drawImage(over, 0, 0);
          const {{ data }} = pen.getImageData(0, 0, over.width, over.height);
          let dots = 0;
          for (let at = 0; at < data.length; at += 4) {{
            const off = [0, 1, 2].map((part) => Math.abs(data[at + part] - wanted[part]));
            if (data[at + 3] > 150 && Math.max(...off) < 24) dots += 1;
          }}
          return dots;
        }})()"""
    )
    return dots


NOTHING = CodeMap("nothing", (), ())
ONE = CodeMap("one", (maps.file("only.py", 300, 1.0, maps.BASKET),), ())
LOOP = CodeMap("loop", (maps.file("a.py", 0), maps.file("b.py", 0)), (MapEdge(0, 0, 1, 1),))


OPENED = {
    "nothing": NOTHING,
    "one": ONE,
    "loop": LOOP,
    "shop": maps.shop(),
    "hostile": maps.hostile(),
}


@pytest.mark.parametrize("name", OPENED)
def test_opens_with_every_file_counted(name: str, open_map: Open) -> None:
    code_map = OPENED[name]
    tab = open_map(code_map)
    assert texts(tab, ".facts .fact b")[0] == str(len(code_map.files))
    empty = tab.value("!document.getElementById('empty').hidden")
    assert empty == (code_map.files == ())


def test_a_click_shows_the_outline_and_what_leads_where(open_map: Open) -> None:
    tab = open_map(maps.shop())
    click(tab, "shop/basket.py")
    arrive(tab, "#shop/basket.py", "basket.py")
    assert texts(tab, ".panel h2, .facts .fact") == [
        "basket.py", "Python", "160 lines", "4 symbols", "4.0 kB",
    ]  # fmt: skip
    assert texts(tab, ".outline a", "getAttribute('aria-level')") == ["1", "2", "2", "1"]
    assert texts(tab, ".outline code") == [each.signature for each in maps.BASKET]
    assert texts(tab, ".outline .number") == ["4", "9", "14", "30"]
    assert texts(tab, "[role=tab]") == ["Outline4", "Uses1", "Used by1"]
    assert sorted(tab.value("codeMap.lit()")) == ["shop/basket.py", "shop/prices.py", "web/page.js"]
    tab.value("document.getElementById('tab-uses').click()")
    assert texts(tab, ".links a", "innerText.replace(/\\s+/g, ' ')") == [
        "prices.py shop/ imports 1 calls 7"
    ]
    tab.value("document.getElementById('tab-usedBy').click()")
    assert texts(tab, ".links a", "innerText.replace(/\\s+/g, ' ')") == [
        "page.js web/ imports 1 calls 3"
    ]
    tab.value("document.querySelector('.links a').click()")
    arrive(tab, "#web/page.js", "page.js")


def test_a_name_without_a_signature_stands_for_itself(open_map: Open) -> None:
    tab = open_map(maps.shop(), "#shop/prices.py")
    assert texts(tab, ".outline code") == ["RATE", "def net_price(gross: int) -> int"]


def test_imports_and_calls_are_drawn_apart(open_map: Open) -> None:
    tab = open_map(maps.shop(), "#shop/basket.py")
    assert [ink(tab, name) > 100 for name in ("imports", "calls")] == [True, True]
    tab.press("c")
    assert [ink(tab, name) > 0 for name in ("imports", "calls")] == [True, False]
    tab.press("i")
    assert [ink(tab, name) for name in ("imports", "calls")] == [0, 0]
    assert ink(tab, "accent") > 100
    assert texts(tab, ".layer", "ariaPressed") == ["false", "false"]
    # What is joined by neither is not lit any more.
    assert tab.value("codeMap.lit()") == ["shop/basket.py"]


def test_search_finds_a_symbol_and_enter_opens_its_outline(open_map: Open) -> None:
    tab = open_map(maps.shop())
    tab.press("/")
    tab.type("net_pr")
    assert texts(tab, "#found [role=option]", "innerText.replace(/\\s+/g, ' ')") == [
        "ƒ net_price shop/prices.py:3"
    ]
    assert texts(tab, "#found mark") == ["net_pr"]
    combobox = tab.value("[query.ariaExpanded, query.getAttribute('aria-activedescendant')]")
    assert combobox == ["true", "found-0"]
    assert tab.value("codeMap.lit()") == ["shop/prices.py"]
    tab.press("Enter")
    arrive(tab, "#shop/prices.py:3", "prices.py")
    assert texts(tab, "[aria-current=true] code") == ["def net_price(gross: int) -> int"]
    assert tab.value("document.getElementById('found').hidden")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("basket", "shop/basket.py:4"),
        ("basket.py", "shop/basket.py"),
        ("Basket.total", "shop/basket.py:9"),
        ("shop add", "shop/basket.py:14"),
        ("ntprc", "shop/prices.py:3"),
        ("np", "shop/prices.py:3"),
        ("tax/ra", "shop/tax/rates.py"),
    ],
)
def test_search_takes_letters_members_and_folders(words: str, first: str, open_map: Open) -> None:
    tab = open_map(maps.shop())
    tab.press("/")
    tab.type(words)
    tab.press("Enter")
    tab.until(f"location.hash === '#{first}'")


def test_search_is_walked_with_arrows_and_cleared_with_escape(open_map: Open) -> None:
    tab = open_map(maps.shop())
    tab.press("/")
    tab.type("page")
    assert texts(tab, "#found [role=option] .what") == ["page.js", "page.css"]
    tab.press("ArrowDown")
    assert texts(tab, "#found [role=option]", "ariaSelected") == ["false", "true"]
    tab.press("Escape")
    assert tab.value("[query.value, found.hidden, codeMap.lit()]") == ["", True, None]
    tab.type("nowhere at all")
    assert texts(tab, "#found li") == ["Nothing fits."]


def test_an_address_leads_to_a_place_and_back_leads_back(open_map: Open) -> None:
    tab = open_map(maps.shop(), "#shop/basket.py:14@shop/")
    assert texts(tab, ".crumbs a") == ["shop-project", "shop"]
    assert texts(tab, "[aria-current=true] code") == [maps.BASKET[2].signature]
    assert tab.value("codeMap.rect('web/page.js')") is None
    tab.value("document.querySelector('.crumbs a').click()")
    arrive(tab, "", "shop-project")
    tab.value("history.back()")
    arrive(tab, "#shop/basket.py:14@shop/", "basket.py")
    # What is not there any more is the whole map.
    tab.value("void (location.hash = '#gone/away.py@gone/')")
    arrive(tab, "", "shop-project")
    assert texts(tab, ".crumbs a") == ["shop-project"]


def test_a_folder_is_looked_at_and_then_filled_by(open_map: Open) -> None:
    tab = open_map(maps.shop())
    click(tab, "shop/", corner=True)
    arrive(tab, "#shop/", "shop/")
    assert texts(tab, "[role=tab]") == ["Contents3", "Uses0", "Used by1"]
    tab.value("document.getElementById('tab-usedBy').click()")
    assert texts(tab, ".links .what .name:first-child") == ["web"]
    click(tab, "shop/", corner=True)
    arrive(tab, "#@shop/", "shop/")
    assert texts(tab, ".crumbs a") == ["shop-project", "shop"]
    tab.value("document.getElementById('over').focus()")
    tab.press("-")
    arrive(tab, "", "shop-project")


def test_a_folder_in_a_folder_alone_is_one_with_it(open_map: Open) -> None:
    names = ("src/main/app/one.py", "src/main/app/two.py", "setup.py")
    tab = open_map(CodeMap("chain", tuple(map(maps.file, names)), ()), "#@src/main/")
    assert texts(tab, ".crumbs a") == ["chain", "src/main/app"]
    tab.press("Escape")
    arrive(tab, "", "chain")
    assert texts(tab, ".contents .name") == ["src/main/app/", "setup.py"]
    tab.value("document.querySelector('.contents a').click()")
    arrive(tab, "#src/main/app/", "src/main/app/")
    tab.value("void (location.hash = '#src/main/app/one.py')")
    arrive(tab, "#src/main/app/one.py", "one.py")
    tab.value("document.querySelector('.actions button').click()")
    arrive(tab, "#src/main/app/one.py@src/main/app/", "one.py")


def test_the_wheel_goes_into_a_folder_and_out_again(open_map: Open) -> None:
    tab = open_map(maps.shop())
    tab.wheel(100, 200, -120)
    arrive(tab, "#@shop/", "shop/")
    # A wheel that turns on is one turn: the next counts when this one has come to rest.
    deadline = time.monotonic() + 10
    while tab.value("location.hash") and time.monotonic() < deadline:
        tab.wheel(100, 200, 120)
    arrive(tab, "", "shop-project")


def test_the_keys_lead_through_the_map(open_map: Open) -> None:
    tab = open_map(maps.shop())
    tab.value("document.getElementById('over').focus()")
    tab.press("ArrowRight")
    first = tab.value("document.getElementById('said').textContent")
    tab.press("ArrowDown")
    second = tab.value("document.getElementById('said').textContent")
    assert first.split(", ")[0] == "shop/basket.py"
    assert second.split(", ")[0] not in ("", "shop/basket.py")
    tab.press("Enter")
    path = second.split(", ")[0]
    tab.until(f"location.hash === '#{path}'")
    tab.press("Escape")
    tab.until("location.hash === ''")


def test_a_key_right_after_another_finds_the_map_as_that_left_it(open_map: Open) -> None:
    tab = open_map(maps.shop())
    tab.value("document.getElementById('over').focus()")
    tab.press("ArrowRight")
    pressed = """['Enter', 'Escape'].map(key => {
        const event = new KeyboardEvent('keydown', {key, bubbles: true});
        document.getElementById('over').dispatchEvent(event);
        return codeMap.place();
    })"""
    assert tab.value(pressed) == ["#shop/basket.py", "#"]


def test_areas_are_as_sizes(open_map: Open) -> None:
    code_map = maps.large(600)
    tab = open_map(code_map)
    rects = tab.value(f"{[each.path for each in code_map.files]}.map(codeMap.rect)")
    area = sum(each["width"] * each["height"] for each in rects)
    size = sum(each.size for each in code_map.files)
    off = [
        (rect["width"] * rect["height"] / area) / (each.size / size)
        for rect, each in zip(rects, code_map.files, strict=True)
    ]
    assert min(off) > 0.8
    assert max(off) < 1.25
    assert sum(0.95 < each < 1.05 for each in off) > 0.9 * len(off)


def test_tiles_do_not_overlap_and_lie_in_their_folder(open_map: Open) -> None:
    code_map = maps.shop()
    tab = open_map(code_map)
    box = {path: tab.value(f"codeMap.rect({path!r})") for path in ("shop/", "shop/tax/", "web/")}
    tiles = {each.path: tab.value(f"codeMap.rect({each.path!r})") for each in code_map.files}
    for path, one in tiles.items():
        for folder, outer in box.items():
            assert inside(one, outer) == path.startswith(folder)
        for other, two in tiles.items():
            assert path == other or apart(one, two)
        middle = (one["x"] + one["width"] / 2, one["y"] + one["height"] / 2)
        assert tab.value(f"codeMap.at({middle[0]}, {middle[1]})") == path


def inside(one: dict[str, float], outer: dict[str, float]) -> bool:
    return (
        one["x"] >= outer["x"] - 0.01
        and one["y"] >= outer["y"] - 0.01
        and one["x"] + one["width"] <= outer["x"] + outer["width"] + 0.01
        and one["y"] + one["height"] <= outer["y"] + outer["height"] + 0.01
    )


def apart(one: dict[str, float], two: dict[str, float]) -> bool:
    return (
        one["x"] + one["width"] <= two["x"] + 0.01
        or two["x"] + two["width"] <= one["x"] + 0.01
        or one["y"] + one["height"] <= two["y"] + 0.01
        or two["y"] + two["height"] <= one["y"] + 0.01
    )


VISIT_ALL = """
(async () => {
  const rows = [...document.querySelectorAll('.contents a')]
    .map((each) => [each.hash, each.querySelector('.name').textContent]);
  const seen = [];
  for (const [hash, name] of rows) {
    const there = new Promise((done) => addEventListener('hashchange', done, { once: true }));
    location.hash = hash;
    await there;
    const outline = [...document.querySelectorAll('.outline b')].map((each) => each.textContent);
    seen.push([name, document.querySelector('.panel h2').textContent, outline]);
  }
  return seen;
})()
"""


def test_hostile_names_are_shown_and_do_nothing(open_map: Open) -> None:
    tab = open_map(maps.hostile(), "#src/")
    # What cannot be seen, or turns what follows, is seen as a mark of its own.
    shown = [re.sub("[\x00-\x1f\u2028-\u202e\ud800-\udfff]", "\ufffd", n) for n in maps.HOSTILE]
    seen = tab.value(VISIT_ALL)
    names = {each.rpartition("/")[2] for each in shown if "/" not in each}
    assert names <= {name for name, _, _ in seen}
    assert [(name, head) for name, head, _ in seen if head != name] == []
    assert [outline for name, _, outline in seen if name in names] == [shown] * len(names)
    tab.press("/")
    tab.type("<")
    assert len(texts(tab, "#found [role=option]")) > 10
    tab.value("document.querySelector('#found [role=option]').click()")
    assert tab.value("[globalThis.harm, document.scripts.length, document.images.length]") == [
        None,
        3,
        0,
    ]
    assert tab.value("document.querySelectorAll('main b b, main script, .outline img').length") == 0


def test_scripts_and_requests_are_stopped_by_the_policy(browser: Browser, tmp_path: Path) -> None:
    place = tmp_path / "map.html"
    place.write_text(page(maps.shop()), encoding="utf-8")
    tab = Page(browser)
    tab.open(place.as_uri())
    tab.until("globalThis.codeMap !== undefined")
    with pytest.raises(PageError, match="TrustedHTML"):
        tab.value("document.body.innerHTML = '<b>markup</b>'")
    with pytest.raises(PageError, match="Failed to fetch"):
        tab.value("fetch('http://127.0.0.1:9/')")
    tab.value(
        """(() => {
          const script = document.createElement('script');
          script.append('globalThis.harm = 1');
          document.body.append(script);
        })()"""
    )
    assert tab.value("globalThis.harm") is None
    refused = [each for each in tab.complaints() if "Content Security Policy" in each]
    assert len(refused) >= 2
    tab.close()


def test_a_phone_shows_all_of_it(open_map: Open) -> None:
    files = maps.large(300).files
    spoken = [replace(f, language=f"a language, the {n % 9}th") for n, f in enumerate(files)]
    tab = open_map(CodeMap("tower", tuple(spoken), ()), size=(390, 844))
    assert tab.value("[document.documentElement.scrollWidth, innerWidth]") == [390, 390]
    boxes = tab.value(
        "['.finder', '#over', '.panel'].map((css) => {"
        " const box = document.querySelector(css).getBoundingClientRect();"
        " return [box.left >= 0, box.right <= 390, box.bottom <= 844, box.height > 30]; })"
    )
    assert boxes == [[True] * 4] * 3
    click(tab, files[0].path)
    tab.until("document.querySelectorAll('.outline a').length === 10")


def test_it_is_dark_or_light_as_the_system_is(open_map: Open) -> None:
    tab = open_map(maps.shop())
    corner = (
        "(() => { const pen = new OffscreenCanvas(1, 1).getContext('2d');"
        " pen.drawImage(ground, 0, 0); return pen.getImageData(0, 0, 1, 1).data; })()"
    )
    tab.scheme("dark")
    tab.until(f"{corner}[0] < 64 && !codeMap.moving()")
    tab.scheme("light")
    tab.until(f"{corner}[0] > 192 && !codeMap.moving()")


def test_one_language_stands_out(open_map: Open) -> None:
    tab = open_map(maps.shop())
    assert texts(tab, ".language", "innerText.replace(/\\s+/g, ' ')") == [
        "Python 4",
        "JavaScript 1",
        "CSS 1",
    ]
    tab.value("document.querySelectorAll('.language')[1].click()")
    assert tab.value("codeMap.lit()") == ["web/page.js"]
    tab.press("Escape")
    assert tab.value("codeMap.lit()") is None


def test_without_scripts_the_files_are_listed(browser: Browser, tmp_path: Path) -> None:
    place = tmp_path / "map.html"
    place.write_text(page(maps.shop()), encoding="utf-8")
    tab = Page(browser)
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    tab.send("Page.navigate", url=place.as_uri())
    tab.until("document.readyState === 'complete' && document.querySelector('noscript') !== null")
    assert tab.value("document.body.innerText").split("\n")[-6:] == [
        f"{each.path} ({each.lines} lines)"
        for each in sorted(maps.shop().files, key=lambda each: -each.size)
    ]
    tab.close()


def test_five_thousand_files_open_at_once_and_follow_the_pointer(open_map: Open) -> None:
    code_map = maps.large(5000)
    tab = open_map(code_map)
    assert texts(tab, ".facts .fact b")[0] == "5,000"
    began = busy(tab)
    # All that this tab has done so far is to open the map.
    assert 0.01 < began < 1.5
    for step in range(100):
        tab.point(20 + step * 37 % 850, 80 + step * 53 % 620)
    assert tab.value("document.getElementById('tip').hidden") is False
    assert (busy(tab) - began) / 100 < 1 / 60


def busy(tab: Page) -> float:
    """Seconds of processor time the page has taken."""
    metrics = tab.send("Performance.getMetrics")["metrics"]
    seconds: float = next(each["value"] for each in metrics if each["name"] == "ThreadTime")
    return seconds
