"""Text synchronisation: what the editor and the server hold is the same text, or nobody guesses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wire import Message, Wire

MODIFIED, INVALID_PARAMS = -32801, -32602
ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
WIDTHS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
TEXT = "import os\n\n\ndef first():\n    return os.sep\n"
NESTED = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}


class Pad:
    """Documents of one connection, sent as an editor does."""

    def __init__(self, wire: Wire, folder: Path, encoding: str = "utf-16") -> None:
        self.wire = wire
        self.folder = folder
        self.encoding = encoding
        self._count = 0

    def open(self, text: str, version: int = 1) -> str:
        """Opens a new document; its uri."""
        self._count += 1
        uri = (self.folder / f"a{self._count}.py").as_uri()
        self.reopen(uri, text, version)
        return uri

    def reopen(self, uri: str, text: str, version: int = 1) -> None:
        item = {"uri": uri, "languageId": "python", "version": version, "text": text}
        self.wire.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}
        self.wire.notify("textDocument/didChange", params)

    def symbols(self, uri: str) -> dict[str, dict[str, Any]]:
        """The symbols by name, nested ones too."""
        params = {"textDocument": {"uri": uri}}
        return dict(_flat(self.wire.ask("textDocument/documentSymbol", params)))

    def names(self, uri: str) -> list[str]:
        return list(self.symbols(uri))

    def complaint(self, about: str) -> str:
        """The next error in the editor's log that speaks of `about`."""

        def wanted(each: Message) -> bool:
            params = each.get("params") or {}
            logged = each.get("method") == "window/logMessage" and params["type"] == 1
            return logged and about in params["message"]

        return str(self.wire.wait(wanted, f"a logged error on {about}")["params"]["message"])

    def codes(self, uri: str) -> list[int]:
        """How every kind of request about this document is refused."""
        document = {"uri": uri}
        range_ = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
        given = {"uri": uri, "range": range_, "instruction": "explain this file"}
        asked = {
            "textDocument/documentSymbol": {"textDocument": document},
            "textDocument/codeAction": {
                "textDocument": document,
                "range": range_,
                "context": {"diagnostics": []},
            },
            "workspace/executeCommand": {"command": "agent.explain", "arguments": [given]},
        }
        return [self.wire.code(method, params) for method, params in asked.items()]

    def column(self, text: str) -> int:
        """How wide `text` is in the negotiated encoding."""
        return len(text.encode(ENCODINGS[self.encoding])) // WIDTHS[self.encoding]


def _flat(symbols: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in symbols:
        yield each["name"], each
        yield from _flat(each.get("children") or [])


def change(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    """A partial change."""
    places = {"start": start, "end": end}
    return {
        "range": {name: {"line": at[0], "character": at[1]} for name, at in places.items()},
        "text": text,
    }


@pytest.fixture(scope="module", params=list(ENCODINGS))
def each_encoding(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pad]:
    """A server for each encoding an editor may choose."""
    yield from _pad(tmp_path_factory, request.param)


@pytest.fixture(scope="module")
def pad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pad]:
    """A server that counts as most editors do."""
    yield from _pad(tmp_path_factory, "utf-16")


def _pad(factory: pytest.TempPathFactory, encoding: str) -> Iterator[Pad]:
    folder = factory.mktemp("project")
    with Wire(factory.mktemp("home")) as wire:
        offered = {"general": {"positionEncodings": ["utf-7", encoding, "utf-16"]}}
        answer = wire.initialize({**NESTED, **offered}, rootUri=folder.as_uri())
        assert answer["capabilities"]["positionEncoding"] == encoding
        yield Pad(wire, folder, encoding)


def test_an_editor_that_offers_no_encoding_counts_in_utf16(tmp_path: Path) -> None:
    with Wire(tmp_path / "home") as wire:
        answer = wire.initialize({})
        assert answer["capabilities"]["positionEncoding"] == "utf-16"


@pytest.mark.parametrize(
    ("version", "changes"),
    [
        (5, [change((0, 0), (0, 0), "x")]),
        (4, [change((0, 0), (0, 0), "x")]),
        (5, [{"text": "x = 1\n"}]),
        (6, [change((1, 0), (0, 0), "x")]),
        (6, [change((3, 5), (3, 4), "x")]),
        (6, [change((99, 0), (99, 0), "x")]),
        (6, [change((0, 0), (99, 0), "x")]),
        (6, [change((0, 0), (0, 1), "x"), change((99, 0), (99, 0), "x")]),
    ],
    ids=[
        "the same version",
        "an older version",
        "a whole text of the same version",
        "lines reversed",
        "columns reversed",
        "a line past the end",
        "an end past the end",
        "the second change",
    ],
)
def test_a_change_that_cannot_be_obeyed_is_logged_and_nothing_is_guessed_after_it(
    pad: Pad, version: int, changes: list[dict[str, Any]]
) -> None:
    uri = pad.open(TEXT, version=5)
    pad.change(uri, version, *changes)
    assert "first" not in pad.complaint(uri)
    assert pad.codes(uri) == [MODIFIED] * 3
    pad.change(uri, 7, change((0, 0), (0, 0), "y"))
    assert pad.codes(uri) == [MODIFIED] * 3
    pad.change(uri, 8, {"text": "def second(): pass\n"})
    assert pad.names(uri) == ["second"]
    pad.change(uri, 9, change((0, 4), (0, 10), "third"))
    assert pad.names(uri) == ["third"]


def test_a_refused_document_is_mended_by_opening_it_again(pad: Pad) -> None:
    uri = pad.open(TEXT)
    pad.change(uri, 2, change((99, 0), (99, 0), "x"))
    assert pad.codes(uri) == [MODIFIED] * 3
    pad.wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    pad.reopen(uri, TEXT)
    assert pad.names(uri) == ["first"]


def test_a_whole_text_after_a_partial_change_mends_a_refused_document(pad: Pad) -> None:
    uri = pad.open(TEXT)
    pad.change(uri, 2, change((99, 0), (99, 0), "x"))
    pad.change(uri, 3, change((50, 0), (50, 0), "x"), {"text": "def whole(): pass\n"})
    assert pad.names(uri) == ["whole"]


def test_another_document_is_untouched_by_a_refused_change(pad: Pad) -> None:
    good, bad = pad.open(TEXT), pad.open(TEXT)
    pad.change(bad, 2, change((99, 0), (99, 0), "x"))
    assert pad.names(good) == ["first"]
    assert pad.codes(bad) == [MODIFIED] * 3


def test_changing_or_closing_what_was_never_opened_is_logged(pad: Pad) -> None:
    uri = (pad.folder / "never.py").as_uri()
    pad.change(uri, 1, {"text": "def f(): pass\n"})
    assert pad.complaint(uri).startswith("textDocument/didChange")
    pad.wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert pad.complaint(uri).startswith("textDocument/didClose")
    assert pad.codes(uri) == [INVALID_PARAMS] * 3


@pytest.mark.parametrize(
    "params",
    [
        {"text": None},
        {"text": 5},
        {"version": None},
        {"uri": None},
    ],
)
def test_an_open_that_does_not_fit_is_logged_and_opens_nothing(
    pad: Pad, params: dict[str, Any]
) -> None:
    uri = (pad.folder / "odd.py").as_uri()
    item = {"uri": uri, "languageId": "python", "version": 1, "text": TEXT, **params}
    pad.wire.notify("textDocument/didOpen", {"textDocument": item})
    assert pad.complaint("textDocument/didOpen")
    assert pad.codes(uri) == [INVALID_PARAMS] * 3


def test_positions_count_as_negotiated_past_astral_characters(each_encoding: Pad) -> None:
    pad = each_encoding
    head = "x = '👩‍👩‍👧 é ü 漢'; "
    uri = pad.open(f"{head}y = 1\ndef f𝒳(): pass  # 🦀\n")
    found = pad.symbols(uri)
    start, end = pad.column(head), pad.column(f"{head}y")
    assert found["y"]["selectionRange"] == {
        "start": {"line": 0, "character": start},
        "end": {"line": 0, "character": end},
    }
    assert found["f𝒳"]["selectionRange"]["end"] == {
        "line": 1,
        "character": pad.column("def f𝒳"),
    }
    before, after = pad.column("def f𝒳(): pass  # "), pad.column("def f𝒳(): pass  # 🦀")
    pad.change(uri, 2, change((1, before), (1, after), "\ndef g(): pass"))
    assert pad.names(uri) == ["x", "y", "f𝒳", "g"]
    pad.change(uri, 3, change((0, start), (0, end), "zz"))
    assert pad.symbols(uri)["zz"]["selectionRange"]["start"]["character"] == start


def test_a_position_inside_a_character_is_refused(each_encoding: Pad) -> None:
    pad = each_encoding
    if pad.encoding == "utf-32":
        pytest.skip("there is no inside of a character in UTF-32")
    uri = pad.open("x = '🦀'\n")
    pad.change(uri, 2, change((0, 6), (0, 6), "!"))
    assert pad.codes(uri) == [MODIFIED] * 3


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_end_where_the_specification_says(each_encoding: Pad, ending: str) -> None:
    pad = each_encoding
    odd = "x = 'a\u2028b\u0085c\x1cd'"
    uri = pad.open(ending.join(["\f", odd, "def f():", "    pass", ""]))
    # A lone CR is a line end for editors, though not for the grammar.
    pad.change(uri, 2, change((1, 0), (1, pad.column(odd)), "x = 1"))
    pad.change(uri, 3, change((2, 4), (2, 5), "g"))
    if ending != "\r":
        found = pad.symbols(uri)
        assert list(found) == ["x", "g"]
        assert found["g"]["selectionRange"]["start"] == {"line": 2, "character": 4}
    # There are five lines. Neovim says the end of the last as the start of the next.
    pad.change(uri, 4, change((0, 0), (5, 0), "def h(): pass"))
    assert pad.names(uri) == ["h"]
    pad.change(uri, 5, {"text": odd})
    pad.change(uri, 6, change((0, 0), (0, 0), "def h(): pass\n"))
    assert pad.names(uri) == ["h", "x"]


def test_a_column_past_the_end_of_its_line_means_the_end(pad: Pad) -> None:
    uri = pad.open("a = 1\nb = 2\n")
    pad.change(uri, 2, change((0, 500), (0, 999), "\nc = 3"))
    assert pad.names(uri) == ["a", "c", "b"]


def test_several_changes_of_one_message_count_each_in_the_text_before_it(pad: Pad) -> None:
    uri = pad.open("")
    pad.change(
        uri,
        2,
        change((0, 0), (0, 0), "def f(): pass\n"),
        change((1, 0), (1, 0), "def g(): pass\n"),
        change((0, 4), (0, 5), "h"),
    )
    assert pad.names(uri) == ["h", "g"]


def test_a_document_with_half_a_surrogate_pair_is_kept(pad: Pad) -> None:
    uri = pad.open("x = '\ud83d'\n")
    pad.change(uri, 2, change((1, 0), (1, 0), "def f(): pass\n"))
    assert "f" in pad.names(uri)


@pytest.mark.parametrize(
    ("one", "other"),
    [("c++/a.py", "c%2B%2B/a.py"), ("ü b/a.py", "%C3%BC%20b/a.py"), ("a@b,c.py", "a%40b%2Cc.py")],
)
def test_a_uri_may_be_spelled_in_two_ways(pad: Pad, one: str, other: str) -> None:
    first, second = f"{pad.folder.as_uri()}/{one}", f"{pad.folder.as_uri()}/{other}"
    pad.reopen(first, TEXT)
    assert pad.names(second) == ["first"]
    pad.change(second, 2, change((3, 4), (3, 9), "second"))
    assert pad.names(first) == ["second"]
    found = pad.wire.ask("workspace/symbol", {"query": "second"})
    assert [each["location"]["uri"] for each in found if each["name"] == "second"] == [first]
    pad.wire.notify("textDocument/didClose", {"textDocument": {"uri": second}})
    assert pad.codes(first) == [INVALID_PARAMS] * 3
