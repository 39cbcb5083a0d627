"""From a text to its facts: one parse, one query, columns.

What the captures of a tags query mean is said in grammars/README.md.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import attrgetter
from sys import intern
from typing import NamedTuple

from tree_sitter import Node, Parser, QueryCursor, Tree

from redline.core.index.languages import DEFINITION, Language
from redline.core.index.model import Facts
from redline.core.text.text import Text

# Another one for every change in what is extracted, or how it is packed: facts are kept by it.
EXTRACTOR = "5"
# In bytes, before white space is folded.
SIGNATURE_LIMIT = 400
VARIABLE_LIMIT = 120
IMPORT_LIMIT = 400

CALLABLES = frozenset({"function", "method"})
VARIABLES = frozenset({"variable", "constant"})
TYPES = frozenset({"class", "interface", "struct", "trait", "impl"})
MEMBERS = {"function": "method", "variable": "field", "constant": "field"}
_DIGITS = b"0123456789"
_AFTER_DIGITS = b":"
# In place of a row: outside all symbols, and in a node marked `@local`.
FILE = -1
LOCAL = -2

Pair = tuple[int, int]
# Where it stands, and what is imported.
Import = tuple[int, int, str]
Captures = Mapping[str, Collection[Node]]
_byte_range = attrgetter("byte_range")
_start_byte = attrgetter("start_byte")


class Row(NamedTuple):
    """A symbol before it has a place in the columns; sorts in the columns' order.

    The definition itself is `node` to `node_end`, without decorators above; its body
    begins at `body`, 0 for none.
    """

    start: int
    minus_end: int
    name_start: int
    name_end: int
    kind: str
    node: int
    node_end: int
    body: int


@dataclass(frozen=True, slots=True)
class Caught:
    """What the tags query captured, sorted; `bare` are extents without a definition in them."""

    rows: list[Row]
    bare: list[Pair]
    locals: list[Pair]
    skips: list[Pair]
    imports: list[Import]


def parse(language: Language, text: Text) -> Tree:
    """The tree of `text`. Never fails: what does not parse is an error node in it."""
    return Parser(language.grammar).parse(text.data)


def extract(language: Language, tree: Tree, text: Text, as_of: int | None = None) -> Facts:
    """The facts of `text`, whose tree is `tree`.

    `as_of` is the version of an open document; for those the digest, which costs more
    than a keystroke may, is left ''.
    """
    captures = QueryCursor(language.tags).captures(tree.root_node)
    caught = sift(language, captures, text.data)
    rows, containers = place(caught.rows, caught.locals)
    symbol_names = names_of(rows, text.data)
    names, counts = names_in(language, without(text.data, caught.skips))
    words, word_counts = names_in(language, within(text.data, caught.skips))
    return Facts(
        digest=text.digest if as_of is None else "",
        language=language.name,
        letters=language.letters,
        size=len(text.data),
        errors=count_errors(tree),
        symbol_names=symbol_names,
        symbol_kinds=kinds_of(rows, containers, symbol_names),
        symbol_signatures=signatures_of(rows, text.data),
        symbol_starts=array("I", [row.start for row in rows]),
        symbol_ends=array("I", [-row.minus_end for row in rows]),
        symbol_name_starts=array("I", [row.name_start for row in rows]),
        symbol_containers=array("i", containers),
        names=names,
        counts=counts,
        words=words,
        word_counts=word_counts,
        skip_starts=array("I", [start for start, _ in caught.skips]),
        skip_ends=array("I", [end for _, end in caught.skips]),
        import_names=tuple([intern(name) for _, _, name in caught.imports]),
        import_starts=array("I", [start for start, _, _ in caught.imports]),
        as_of=as_of,
    )


def count_errors(tree: Tree) -> int:
    """How many nodes are errors or missing; looks only into nodes that hold one."""
    count = 0
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.has_error:
            count += node.is_error or node.is_missing
            waiting += node.children
    return count


def sift(language: Language, captures: Captures, data: bytes) -> Caught:
    """Makes rows of the captures of the tags query."""
    kinds: dict[Pair, str] = {}
    for kind in reversed(language.kinds):
        kinds.update(zip(map(_byte_range, captures.get(DEFINITION + kind, ())), repeat(kind)))
    nodes = _outer_first(kinds)
    names = _pairs(captures, "name")
    starts = map(_start_byte, captures.get("body", ()))
    owners, bodies = _owners(nodes, [kinds[node] for node in nodes], names, starts)
    extents, bare = _extents(nodes, _pairs(captures, "extent"))
    plain = data.isascii()
    rows: list[Row] = []
    for (name_start, name_end), at in owners:
        if not plain and not round_trips(data[name_start:name_end]):
            continue
        node = nodes[at]
        start, end = extents.get(at, node)
        kind, body = kinds[node], bodies.get(at, 0)
        rows.append(Row(start, -end, name_start, name_end, kind, node[0], node[1], body))
    rows.sort()
    return Caught(
        rows,
        bare,
        _pairs(captures, "local"),
        skips_in(captures),
        _imports(captures, data),
    )


def skips_in(captures: Captures) -> list[Pair]:
    """Comments and strings, in order, none within another."""
    pairs = _pairs(captures, "skip")
    found: list[Pair] = []
    end = 0
    for pair in pairs:
        if pair[0] < pair[1] and pair[0] >= end:
            found.append(pair)
            end = pair[1]
    return found


def names_in(language: Language, data: bytes) -> tuple[tuple[str, ...], array[int]]:
    """The words of `data`, in order of first use, and how often each stands there."""
    counted: dict[bytes, int] = Counter(data.translate(language.blanks).split())
    if min(counted, default=b"a") < _AFTER_DIGITS:
        counted = _without_digits(counted)
    joined = b"\0".join(counted)
    if not joined.isascii():
        counted = {word: count for word, count in counted.items() if round_trips(word)}
        joined = b"\0".join(counted)
    names = joined.decode().split("\0") if counted else []
    return tuple(map(intern, names)), array("I", counted.values())


def _without_digits(counted: Mapping[bytes, int]) -> dict[bytes, int]:
    """No word begins with a digit: in `0x1F` it is `x1F`."""
    result: dict[bytes, int] = {}
    for word, count in counted.items():
        name = word.lstrip(_DIGITS)
        if name:
            result[name] = result.get(name, 0) + count
    return result


def within(data: bytes, skips: Sequence[Pair]) -> bytes:
    """Only the `skips` of `data`, a line each."""
    return b"\n".join([data[start:end] for start, end in skips])


def without(data: bytes, skips: Sequence[Pair]) -> bytes:
    """`data` with nothing but a line end for each of `skips`."""
    if not skips:
        return data
    ends = (0, *(end for _, end in skips))
    starts = (*(start for start, _ in skips), len(data))
    return b"\n".join([data[a:b] for a, b in zip(ends, starts, strict=True)])


def _imports(captures: Captures, data: bytes) -> list[Import]:
    """What is imported, in order; a member comes after the module it is taken from."""
    modules = _pairs(captures, "import")
    found = [(start, end, _module(data[start:end])) for start, end in modules]
    starts = [start for start, _ in modules]
    for start, end in _pairs(captures, "import.member"):
        at = bisect_left(starts, start) - 1
        if at >= 0:
            module = found[at][2]
            dot = "" if module.endswith(".") else "."
            member = data[start:end].decode("utf-8", "replace")
            found.append((start, end, f"{module}{dot}{member}"))
    return sorted(found)


def _module(written: bytes) -> str:
    return b"".join(written[:IMPORT_LIMIT].split()).decode("utf-8", "replace").strip("\"'`<>")


def names_of(rows: Iterable[Row], data: bytes) -> tuple[str, ...]:
    """The names of `rows`."""
    return tuple([intern(data[row.name_start : row.name_end].decode()) for row in rows])


def signatures_of(rows: Iterable[Row], data: bytes) -> tuple[str, ...]:
    """The definitions up to their bodies, or their first lines."""
    heads = [_head(row, data) for row in rows]
    folded = [b" ".join(head.split()).decode("utf-8", "replace") for head in heads]
    return tuple([head.rstrip(" ;").removesuffix("=>").rstrip() for head in folded])


def _head(row: Row, data: bytes) -> bytes:
    # Decorators above are left out of the signature, `export` beside is not.
    head = row.node
    if row.start < head and data.find(b"\n", row.start, head) < 0:
        head = row.start
    end = row.body
    if not end:
        line = data.find(b"\n", row.node, row.node_end)
        end = min(row.node_end if line < 0 else line, row.node + VARIABLE_LIMIT)
    return data[head : min(end, head + SIGNATURE_LIMIT)]


def round_trips(name: bytes) -> bool:
    """True for a name whose length in bytes can be had back from its text."""
    if name.isascii():
        return bool(name)
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _pairs(captures: Captures, name: str) -> list[Pair]:
    # Sorted as nodes, by one number: sorting a large file's pairs takes twice as long.
    return list(map(_byte_range, sorted(captures.get(name, ()), key=_start_byte)))


def _outer_first(nodes: Iterable[Pair]) -> list[Pair]:
    ordered = sorted(nodes)
    if len({start for start, _ in ordered}) < len(ordered):
        ordered.sort(key=_start_then_longest)
    return ordered


def _start_then_longest(pair: Pair) -> Pair:
    return pair[0], -pair[1]


def _owners(
    nodes: list[Pair], kinds: list[str], names: list[Pair], bodies: Iterable[int]
) -> tuple[list[tuple[Pair, int]], dict[int, int]]:
    """For each name the place in `nodes` of the innermost around it; and where bodies start.

    `nodes` has outer before inner, so a stack of those still open is enough. Variables
    right in a callable that has a name are left out: `place` would.
    """
    owners: list[tuple[Pair, int]] = []
    starts: dict[int, int] = {}
    named: set[int] = set()
    # Twice the offset, and one more for a name: bodies come first, names in their order.
    marks = sorted([2 * pair[0] + 1 for pair in names] + [2 * at for at in bodies])
    following_name = iter(names)
    stack: list[int] = []
    following, count = 0, len(nodes)
    for mark in marks:
        at, is_name = mark >> 1, mark & 1
        # A node may start with its name, and a body with a node that is not its owner.
        while following < count and (start := nodes[following][0]) < at + is_name:
            while stack and nodes[stack[-1]][1] <= start:
                stack.pop()
            stack.append(following)
            following += 1
        while stack and nodes[stack[-1]][1] <= at:
            stack.pop()
        if not is_name:
            if stack:
                starts.setdefault(stack[-1], at)
            continue
        pair = next(following_name)
        if not stack:
            continue
        owner = stack[-1]
        if kinds[owner] in CALLABLES:
            named.add(owner)
        elif kinds[owner] in VARIABLES and len(stack) > 1 and stack[-2] in named:
            continue
        owners.append((pair, owner))
    return owners, starts


def _extents(nodes: list[Pair], extents: list[Pair]) -> tuple[dict[int, Pair], list[Pair]]:
    """By place in `nodes` the widest extent it is the outermost in; and those around none."""
    starts = [node[0] for node in nodes]
    result: dict[int, Pair] = {}
    bare: list[Pair] = []
    for start, end in _outer_first(extents):
        at = bisect_left(starts, start)
        if at < len(nodes) and nodes[at][1] <= end:
            result.setdefault(at, (start, end))
        else:
            bare.append((start, end))
    return result, bare


def place(rows: Sequence[Row], locals_: Sequence[Pair]) -> tuple[list[Row], list[int]]:
    """The rows that are symbols, not locals, and the row each sits in (-1: none)."""
    kept: list[Row] = []
    containers: list[int] = []
    stack: list[tuple[int, int]] = []  # end, and place in `kept` or LOCAL
    following = 0
    for row in rows:
        start = row[0]
        while following < len(locals_) and locals_[following][0] < start:
            _close(stack, locals_[following][0])
            stack.append((locals_[following][1], LOCAL))
            following += 1
        _close(stack, start)
        around = stack[-1][1] if stack else FILE
        if kept and kept[-1][:2] == row[:2]:
            containers.append(containers[-1])  # two names of one definition
        elif row.kind in VARIABLES and (around == LOCAL or _calls(kept, around)):
            continue
        else:
            containers.append(_innermost(stack) if around == LOCAL else around)
        kept.append(row)
        stack.append((-row.minus_end, len(kept) - 1))
    return kept, containers


def _calls(kept: list[Row], around: int) -> bool:
    return around >= 0 and kept[around].kind in CALLABLES


def _close(stack: list[tuple[int, int]], at: int) -> None:
    while stack and stack[-1][0] <= at:
        stack.pop()


def _innermost(stack: list[tuple[int, int]]) -> int:
    return next((at for _, at in reversed(stack) if at != LOCAL), FILE)


def kinds_of(rows: Sequence[Row], containers: list[int], names: Sequence[str]) -> tuple[str, ...]:
    """The kinds of `rows` given where they sit: a function in a class is a method."""
    return tuple(
        [
            _kind(row.kind, rows[container].kind if container >= 0 else "", name)
            for row, container, name in zip(rows, containers, names, strict=True)
        ]
    )


def _kind(kind: str, around: str, name: str) -> str:
    if around in TYPES:
        return MEMBERS.get(kind, kind)
    return "constant" if kind == "variable" and name.isupper() else kind
