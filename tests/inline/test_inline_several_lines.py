"""Several lines of the builtin model: which follow, when none does, and that all of it parses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_model_support import asked, memory_of

from casework import Front
from redline import main
from redline.adapters import grammars
from redline.adapters.uris import uri_of
from redline.app import documents, indexing
from redline.app.inline import builtin, checking, requests
from redline.app.session import Session, Workspace
from redline.core.index.extract import count_errors, parse
from redline.core.inline import ranking
from redline.core.inline.builtin.complete import Likely, suggested
from redline.core.inline.builtin.continuing import LEAST, continued
from redline.core.inline.model import Draft, InlineRequest, Trigger
from redline.core.settings import Settings
from redline.core.text.text import Text
from redline.core.uris import Folder

HERE = "file:///p/shop/models.py"
CLEAR = b"""
    def clear(self):
        self.items = []
        self.total = compute(
            self.items,
        )
        self.changed = True

    def other(self):
        return self.items
"""
KNOWN = {
    f"file:///p/{name}/models.py": b"class %s(Model):\n" % name.encode() + CLEAR
    for name in ("Author", "Book", "Cart", "Desk", "Event", "Fund", "Gift", "Hotel")
}
BEGUN = b"class Shop(Model):\n\n    def clear(self):\n"


def following(before: bytes, times: int = 100) -> list[tuple[bytes, float]]:
    """What goes on with the best line at the end of `before`, with time for so many lines."""
    place = asked(memory_of(KNOWN), HERE, before)
    assert place is not None
    left = iter(range(times))
    found = continued(place, suggested(place)[0], lambda: next(left, None) is not None)
    return [(each.text, each.chance) for each in found]


def test_lines_follow_while_all_are_likely_and_are_whole() -> None:
    texts = [text for text, _ in following(BEGUN)]
    assert texts == [
        b"        self.items = []\n        self.total = compute(\n            self.items,\n"
        b"        )\n        self.changed = True",
        b"        self.items = []\n        self.total = compute(\n            self.items,\n"
        b"        )",
    ]


def test_the_more_lines_the_less_sure_but_never_less_than_even() -> None:
    (_, longest), (_, shorter) = following(BEGUN)
    place = asked(memory_of(KNOWN), HERE, BEGUN)
    assert place is not None
    assert LEAST <= longest < shorter < suggested(place)[0].chance


def test_what_is_typed_of_the_line_is_not_in_it() -> None:
    assert [text for text, _ in following(BEGUN + b"    ")] == [
        text[4:] for text, _ in following(BEGUN)
    ]


def test_lines_are_looked_for_while_there_is_time() -> None:
    assert following(BEGUN, times=0) == []
    assert [text.count(b"\n") for text, _ in following(BEGUN, times=3)] == [3]


def test_within_a_line_none_follows() -> None:
    assert following(BEGUN + b"        self.it") == []


def test_the_text_is_as_before_when_it_is_over() -> None:
    place = asked(memory_of(KNOWN), HERE, BEGUN)
    assert place is not None
    before = list(place.own.tokens), list(place.own.lines)
    assert continued(place, suggested(place)[0], lambda: True)
    assert (place.own.tokens, place.own.lines) == before


def test_a_line_that_is_too_long_to_be_read_is_the_last() -> None:
    place = asked(memory_of(KNOWN), HERE, BEGUN)
    assert place is not None
    long = Likely(b"        x = '" + b"a" * 600 + b"'", 0.9)
    assert continued(place, long, lambda: True) == []


def test_further_lines_come_before_the_first_alone() -> None:
    longest, shorter = Draft("a\n    b\n    c", 0.5), Draft("a\n    b", 0.6)
    first, other, unsure = Draft("a", 0.8), Draft("d", 0.7), Draft("e\n    f")
    given = [other, shorter, unsure, longest, first]
    assert ranking.ranked(given) == (longest, shorter, first, other, unsure)


PYTHON = '''class {name}(Model):
    def clear(self, items):
        self.items = []
        for item in items:
            if item.wanted:
                self.items.append(
                    item,
                )
        return self.items

    def told(self, items):
        texts = {{
            "first": items[0],
            "last": """of {{}}
            """.format(items[-1]),
        }}
        try:
            return f"{{texts['first']}}"
        except KeyError:
            return [
                text for text in texts
            ]
'''
TYPESCRIPT = """class {name} extends Model {{
  clear(items: Item[]) {{
    this.items = []
    items.forEach(item => {{
      if (item.wanted) {{
        this.items.push(item)
      }}
    }})
    return this.items
  }}

  told(items: Item[]) {{
    const texts = {{
      first: `${{items[0]}}`,
      last: items.map((item) => item.text),
    }}
    if (!texts.last) {{
      return []
    }} else {{
      return [texts.first]
    }}
  }}
}}
"""
NAMES = ("Author", "Book", "Cart", "Desk", "Event", "Fund")


@dataclass(frozen=True)
class Desk:
    """A session on a project of classes that are alike, and the loop it runs on."""

    root: Path
    session: Session = field(repr=False)
    runner: asyncio.Runner = field(repr=False)

    def shown(self, name: str, text: str, offset: int, trigger: Trigger) -> list[str]:
        """What is suggested at an offset of a document that is opened for it."""
        return self.runner.run(self._shown(name, text, offset, trigger))

    async def _shown(self, name: str, text: str, offset: int, trigger: Trigger) -> list[str]:
        uri, language = uri_of(self.root / name), "python" if name[-2:] == "py" else "typescript"
        documents.open_document(self.session, uri, language, 1, text)
        at = self.session.adapters.clock.monotonic()
        request = InlineRequest("1", uri, language, Text(text.encode()), offset, trigger, at)
        suggested = await requests.suggest(self.session, request)
        documents.close_document(self.session, uri)
        return [each.text for each in suggested.suggestions]


async def _ready(root: Path) -> Session:
    made = Session(main.adapters(Settings()), Workspace((Folder(uri_of(root), "p"),)), Front([]))
    made.workspace.sessions.append(made)
    await indexing.complete(made)
    builtin.warm(made)
    while made.tasks:
        await asyncio.wait(set(made.tasks))
    return made


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("several")
    for name in NAMES:
        (root / f"{name}.py").write_text(PYTHON.format(name=name))
        (root / f"{name}.ts").write_text(TYPESCRIPT.format(name=name))
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        patch.setattr(builtin, "SECONDS", {"automatic": 60.0, "invoked": 60.0})
        patch.setattr(checking, "SECONDS", 60.0)
        session = runner.run(_ready(root))
        yield Desk(root, session, runner)
        runner.run(session.adapters.extractor.close())


def cut(template: str, row: int, typed: int, keep: int) -> tuple[str, int]:
    """A class, without `keep` rows from `row` on, and a cursor there, behind some blanks."""
    rows = template.format(name="Shop").split("\n")
    row %= len(rows)
    blanks = rows[row][: len(rows[row]) - len(rows[row].lstrip())][:typed]
    above = "".join(f"{each}\n" for each in rows[:row]) + blanks
    return "\n".join([above, *rows[row + keep :]]), len(above.encode())


@given(
    st.sampled_from([("x.py", PYTHON), ("x.ts", TYPESCRIPT)]),
    st.tuples(st.integers(1, 24), st.sampled_from([0, 4, 40]), st.integers(0, 24)),
    st.sampled_from(["automatic", "invoked"]),
)
@settings(max_examples=60, deadline=None)
def test_no_suggestion_of_any_number_of_lines_breaks_the_parse(
    desk: Desk, source: tuple[str, str], where: tuple[int, int, int], trigger: Trigger
) -> None:
    name, template = source
    text, offset = cut(template, *where)
    language = grammars.load().for_path(name)
    assert language is not None
    before = count_errors(parse(language, Text(text.encode())))
    for each in desk.shown(name, text, offset, trigger):
        data = text.encode()
        after = Text(data[:offset] + each.encode() + data[offset:])
        assert count_errors(parse(language, after)) <= before, each


def test_several_lines_are_shown_where_a_body_is_empty(desk: Desk) -> None:
    shown = {
        name: desk.shown(name, *cut(template, 4, 40, 40), "automatic")
        for name, template in (("x.py", PYTHON), ("x.ts", TYPESCRIPT))
    }
    indented = "if item.wanted:\n                self.items.append(\n                    item,\n"
    braced = "if (item.wanted) {\n        this.items.push(item)\n      }"
    assert shown == {
        "x.py": [f"{indented}                )", "if item.wanted:"],
        "x.ts": [braced, "if (item.wanted)"],
    }


def test_amid_a_block_several_lines_are_shown_by_hand_alone(desk: Desk) -> None:
    text, offset = cut(TYPESCRIPT, 7, 40, 40)
    automatic = desk.shown("x.ts", text, offset, "automatic")
    assert automatic == ["})"]
    assert desk.shown("x.ts", text, offset, "invoked") == ["})\n    return this.items", "})"]
