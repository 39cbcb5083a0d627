"""Malformed edits, made from right ones on real files. Every case knows what bytes may come out.

A right edit is some lines of a file and what shall stand there; the file after it is put
together here from slices of the file's own bytes, by no code of the product. Mutations spoil
how it is said. `allowed` holds every result that is not wrong; a refusal never is.
"""

from __future__ import annotations

import random
import re
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
STANDARD = (
    *("textwrap", "shlex", "queue", "heapq", "string", "bisect", "sched", "fnmatch", "keyword"),
    *("contextlib", "csv", "reprlib", "stat", "glob", "cmd", "netrc", "opcode", "quopri"),
)
LANGUAGES = {
    ".py": "python", ".sh": "bash", ".c": "c", ".cpp": "cpp", ".cs": "csharp", ".css": "css",
    ".go": "go", ".html": "html", ".java": "java", ".js": "javascript", ".json": "json",
    ".kt": "kotlin", ".lua": "lua", ".md": "markdown", ".php": "php", ".rb": "ruby",
    ".rs": "rust", ".scala": "scala", ".sql": "sql", ".swift": "swift", ".toml": "toml",
    ".tsx": "tsx", ".ts": "typescript", ".yaml": "yaml",
}  # fmt: skip
ROW = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
LONG = 600  # rows


@dataclass(frozen=True)
class File:
    name: str
    language: str
    data: bytes
    mixed: bool = False

    @property
    def rows(self) -> list[bytes]:
        return ROW.findall(self.data)


@dataclass(frozen=True)
class Right:
    """A right edit: `count` rows from `first`, the lines quoted, the lines instead, the result."""

    file: File
    first: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    after: bytes
    removed: bytes

    @property
    def search(self) -> str:
        return "".join(f"{line}\n" for line in self.old)

    @property
    def replace(self) -> str:
        return "".join(f"{line}\n" for line in self.new)


@dataclass(frozen=True)
class Spoilt:
    """A malformed edit: what is called with what, and the results that are not wrong."""

    mutation: str
    tool: str
    data: bytes
    language: str
    given: tuple[str, ...]
    allowed: frozenset[bytes]


@cache
def sources() -> list[Path]:
    standard = Path(sysconfig.get_paths()["stdlib"])
    return [
        *sorted((ROOT / "grammars").glob("*/example.*")),
        *(standard / f"{name}.py" for name in STANDARD),
        *sorted((ROOT / "editor-clients").glob("*/src/*.ts"))[:4],
        *sorted((ROOT / "editor-clients").glob("**/*.lua"))[:4],
    ]


def body_of(row: bytes) -> bytes:
    return row.rstrip(b"\r\n")


def end_of(row: bytes) -> bytes:
    return row[len(body_of(row)) :]


def variants(path: Path, rng: random.Random) -> Iterator[File]:
    """The file as it is, and with other line ends, tabs, blanks at line ends, no last end."""
    try:
        text = path.read_bytes().decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return
    language = LANGUAGES.get(path.suffix, "")
    if "\r" in text or not 12 <= text.count("\n") <= LONG:
        return
    kind = rng.choice(("plain", "plain", "crlf", "tabs", "trailing", "unended", "mixed", "cr"))
    if kind == "tabs":
        text = re.sub(r"^(?: {4})+", lambda m: "\t" * (len(m[0]) // 4), text, flags=re.M)
    if kind == "trailing":
        lines = text.split("\n")
        text = "\n".join(x + rng.choice(("", "  ", "\t")) if x.strip() else x for x in lines)
    if kind == "unended":
        text = text.rstrip("\n")
    data = text.encode()
    if kind == "crlf":
        data = data.replace(b"\n", b"\r\n")
    if kind == "cr":
        data = data.replace(b"\n", b"\r")
    if kind == "mixed":
        data = re.sub(rb"\n", lambda _: rng.choice((b"\n", b"\r\n")), data)
    yield File(f"{path.name}:{kind}", language, data, kind == "mixed")


def right_edit(file: File, rng: random.Random) -> Right | None:
    """Some rows, one of them changed, one taken away or one put in; None where that fails."""
    rows = file.rows
    count = rng.choice((1, 2, 3, 4, 5, 8))
    first = rng.randrange(max(1, len(rows) - count))
    chosen = rows[first : first + count]
    if len(chosen) < count or not body_of(chosen[0]).strip() or not body_of(chosen[-1]).strip():
        return None
    old = [body_of(row).decode() for row in chosen]
    after = list(chosen)
    new = list(old)
    at = rng.randrange(count)
    words = list(re.finditer(r"[A-Za-z]{3,}", old[at]))
    if not words:
        return None
    word = rng.choice(words)
    changed = f"{old[at][: word.end()]}Q{rng.randrange(1000)}{old[at][word.end() :]}"
    kind = rng.choice(("alter", "alter", "insert", "delete"))
    if file.mixed or not end_of(chosen[-1]) or count < 3:
        kind = "alter"
    if kind == "alter":
        new[at], after[at] = changed, changed.encode() + end_of(chosen[at])
    elif kind == "insert":
        line = changed.rstrip(" \t")
        new.insert(at + 1, line)
        after.insert(at + 1, line.encode() + end_of(chosen[at]))
    else:
        at = 1
        del new[at], after[at]
    head, tail = b"".join(rows[:first]), b"".join(rows[first + count :])
    if plain(file.data).count("\n".join(old)) != 1:
        return None
    done = head + b"".join(after) + tail
    return Right(file, first, tuple(old), tuple(new), done, head + tail)


def plain(data: bytes) -> str:
    return data.decode().replace("\r\n", "\n").replace("\r", "\n")


def edits(seed: int) -> Iterator[Right]:
    """Right edits without end."""
    rng = random.Random(seed)
    paths = sources()
    while True:
        for file in variants(rng.choice(paths), rng):
            found = right_edit(file, rng)
            if found is not None:
                yield found


Mutation = Callable[[Right, random.Random], "Spoilt | None"]
MUTATIONS: dict[str, Mutation] = {}


def mutation(made: Mutation) -> Mutation:
    MUTATIONS[made.__name__] = made
    return made


def said(right: Right, search: str, new: str, *, wrong: bool = False) -> Spoilt | None:
    """The call of `edit`; with `wrong`, no result is right. None for one that is not spoilt.

    A quote that is by chance the exact text of another place is not spoilt either: nobody can
    tell it from a right edit of that place.
    """
    if (search, new) == (right.search, right.replace) and not wrong:
        return None
    if not wrong and elsewhere(right, search):
        return None
    allowed = frozenset[bytes]() if wrong else frozenset({right.after})
    file = right.file
    return Spoilt("", "edit", file.data, file.language, (search, new), allowed)


def elsewhere(right: Right, search: str) -> bool:
    """Whether lines of the file are `search` to the letter that are not those that were meant."""
    rows = [body_of(row).decode() for row in right.file.rows]
    lines = search.rstrip("\n").split("\n")
    meant = set(range(right.first, right.first + len(right.old)))
    found = (range(at, at + len(lines)) for at in range(len(rows) - len(lines) + 1))
    quoted = [set(each) for each in found if rows[each.start : each.stop] == lines]
    return any(not (each <= meant or meant <= each) for each in quoted)


def each_line(text: str, change: Callable[[str], str]) -> str:
    return "".join(f"{change(line) if line.strip() else line}\n" for line in text.split("\n")[:-1])


def margin(lines: tuple[str, ...]) -> str:
    depths = [x[: len(x) - len(x.lstrip())] for x in lines if x.strip()]
    least = min(depths, key=len)
    return least if all(x.startswith(least) for x in depths) else ""


def both(name: str, change: Callable[[str, random.Random], str]) -> None:
    """Three mutations: of both texts, of the search text alone, of the replacement alone."""

    def of_both(right: Right, rng: random.Random) -> Spoilt | None:
        seed = rng.random()
        search = change(right.search, random.Random(seed))
        new = change(right.replace, random.Random(seed))
        return said(right, search, new) if search != right.search else None

    def of_search(right: Right, rng: random.Random) -> Spoilt | None:
        return said(right, change(right.search, rng), right.replace)

    def of_replace(right: Right, rng: random.Random) -> Spoilt | None:
        return said(right, right.search, change(right.replace, rng))

    MUTATIONS[f"{name}, both"] = of_both
    MUTATIONS[f"{name}, search"] = of_search
    MUTATIONS[f"{name}, replacement"] = of_replace


def dedented(text: str, _: random.Random) -> str:
    least = margin(tuple(text.split("\n")))
    return each_line(text, lambda x: x[len(least) :])


UNSEEN = "\u200b\u2060\u00ad\u200e"


def tabbed(text: str, _: random.Random) -> str:
    return re.sub(r"^(?: {4})+", lambda m: "\t" * (len(m[0]) // 4), text, flags=re.M)


def blanked(text: str, _: random.Random) -> str:
    return re.sub(r"^\t+", lambda m: "    " * len(m[0]), text, flags=re.M)


def curled(text: str, _: random.Random) -> str:
    text = re.sub(r'"([^"\n]*)"', "\u201c\\1\u201d", text)
    return re.sub(r"'([^'\n]*)'", "\u2018\\1\u2019", text)


def numbered(mark: str, start: int) -> Callable[[str, random.Random], str]:
    def change(text: str, _: random.Random) -> str:
        lines = text.split("\n")[:-1]
        return "".join(f"{start + at}{mark}{line}\n" for at, line in enumerate(lines))

    return change


def fenced(mark: str) -> Callable[[str, random.Random], str]:
    def change(text: str, rng: random.Random) -> str:
        return f"{mark}{rng.choice(('', 'python', 'ts'))}\n{text}{mark}"

    return change


both("blanks at line ends", lambda t, r: each_line(t, lambda x: x + r.choice(("", " ", "\t  "))))
both("no blanks at line ends", lambda t, r: each_line(t, str.rstrip))
both("dedented", dedented)
both("indented by four", lambda t, r: each_line(t, lambda x: "    " + x))
both("indented by two", lambda t, r: each_line(t, lambda x: "  " + x))
both("indented by one", lambda t, r: each_line(t, lambda x: " " + x))
both("indented by a tab", lambda t, r: each_line(t, lambda x: "\t" + x))
both("indentation lost", lambda t, r: each_line(t, str.lstrip))
both("tabs for blanks", tabbed)
both("blanks for tabs", blanked)
both("half the indentation", lambda t, r: re.sub(r"^(?:  )+", lambda m: m[0][::2], t, flags=re.M))
both("stripped", lambda t, r: t.strip())
both("first line stripped", lambda t, r: t.lstrip())
both("no last line end", lambda t, r: t[:-1])
both("typographic quotes", curled)
both("no-break spaces", lambda t, r: t.replace(" ", "\u00a0"))
both("one no-break space", lambda t, r: t.replace(" ", "\u00a0", 1))
both("zero-width spaces", lambda t, r: t.replace(" ", f" {r.choice(UNSEEN)}", 1))
both("a byte order mark", lambda t, r: f"\ufeff{t}")
both("typographic dashes", lambda t, r: t.replace("-", r.choice("\u2013\u2014\u2212\u2011")))
both("HTML entities", lambda t, r: escape(t, quote=False))
both("HTML entities, quotes too", lambda t, r: escape(t))
both("fence", fenced("```"))
both("fence of waves", fenced("~~~"))
both("fence of four", fenced("````"))
both("fence not closed", lambda t, r: f"```python\n{t}")
both("fence not opened", lambda t, r: f"{t}```\n")
both("CRLF", lambda t, r: t.replace("\n", "\r\n"))
both("CR", lambda t, r: t.replace("\n", "\r"))
both("mixed line ends", lambda t, r: re.sub("\n", lambda _: r.choice(("\n", "\r\n")), t))
both("escaped line ends", lambda t, r: t.replace("\n", "\\n"))
both("numbers from 1 and a bar", numbered("| ", 1))
both("numbers from 1 and a colon", numbered(": ", 1))
both("numbers from 7 and a tab", numbered("\t", 7))


@mutation
def unchanged(right: Right, rng: random.Random) -> Spoilt | None:
    file = right.file
    given = (right.search, right.replace)
    return Spoilt("", "edit", file.data, file.language, given, frozenset({right.after}))


@mutation
def true_numbers_in_replacement(right: Right, rng: random.Random) -> Spoilt | None:
    change = numbered(rng.choice(("\t", ": ", "| ", " | ")), right.first + 1)
    return said(right, right.search, change(right.replace, rng))


@mutation
def true_numbers_in_both(right: Right, rng: random.Random) -> Spoilt | None:
    change = numbered(rng.choice(("\t", ": ", "| ", " | ")), right.first + 1)
    return said(right, change(right.search, rng), change(right.replace, rng))


@mutation
def numbers_on_some_lines(right: Right, rng: random.Random) -> Spoilt | None:
    if len(right.old) < 2:
        return None
    lines = list(right.old)
    lines[0] = f"{right.first + 1}| {lines[0]}"
    return said(right, "\n".join(lines) + "\n", right.replace)


@mutation
def blank_lines_around_both(right: Right, rng: random.Random) -> Spoilt | None:
    rows = [body_of(row) for row in right.file.rows]
    end = right.first + len(right.old)
    if (right.first and not rows[right.first - 1]) or (end < len(rows) and not rows[end]):
        return None
    return said(right, f"\n{right.search}\n", f"\n{right.replace}\n")


@mutation
def blank_lines_around_search(right: Right, rng: random.Random) -> Spoilt | None:
    rows = [body_of(row).strip() for row in right.file.rows]
    end = right.first + len(right.old)
    if (right.first and not rows[right.first - 1]) or (end < len(rows) and not rows[end]):
        return None
    return said(right, f"\n{right.search}\n", right.replace)


def block(search: str, new: str) -> str:
    return f"<<<<<<< SEARCH\n{search}=======\n{new}>>>>>>> REPLACE\n"


@mutation
def block_in_search(right: Right, rng: random.Random) -> Spoilt | None:
    whole = block(right.search, right.replace)
    return said(right, whole, rng.choice(("", whole, right.replace)))


@mutation
def block_in_replacement(right: Right, rng: random.Random) -> Spoilt | None:
    return said(right, right.search, block(right.search, right.replace))


@mutation
def block_without_a_mark(right: Right, rng: random.Random) -> Spoilt | None:
    lines = block(right.search, right.replace).splitlines(keepends=True)
    marks = [at for at, x in enumerate(lines) if x[:7] in ("<<<<<<<", "=======", ">>>>>>>")]
    del lines[rng.choice(marks)]
    given = "".join(lines)
    return said(right, *rng.choice(((given, ""), (right.search, given), (given, right.replace))))


@mutation
def block_reordered(right: Right, rng: random.Random) -> Spoilt | None:
    given = f">>>>>>> REPLACE\n{right.search}=======\n{right.replace}<<<<<<< SEARCH\n"
    return said(right, *rng.choice(((given, ""), (right.search, given))))


@mutation
def block_nested(right: Right, rng: random.Random) -> Spoilt | None:
    given = block(block(right.search, right.replace), right.replace)
    return said(right, *rng.choice(((given, ""), (right.search, given))))


@mutation
def block_numbered(right: Right, rng: random.Random) -> Spoilt | None:
    given = f"<<<<<<< SEARCH 1\n{right.search}======= 1\n{right.replace}>>>>>>> REPLACE 1\n"
    return said(right, *rng.choice(((given, ""), (right.search, given))))


@mutation
def mark_left_in_replacement(right: Right, rng: random.Random) -> Spoilt | None:
    mark = rng.choice((">>>>>>> REPLACE\n", "<<<<<<< SEARCH\n", "<<<<<<< HEAD\n"))
    at = rng.choice((f"{right.replace}{mark}", f"{mark}{right.replace}"))
    return said(right, right.search, at)


ELISIONS = (
    "# ... rest unchanged", "// ... existing code ...", "# existing code", "...", "…", "// ...",
    "# ... (rest of the function remains the same)", "/* ... */", "<!-- rest of code -->",
    "# rest of the code here", "// unchanged", "# ... other methods ...", "[... rest of file ...]",
    "# same as before", "    # (rest of class unchanged)", "// ... other methods", "# snip",
)  # fmt: skip


def elide(lines: tuple[str, ...], rng: random.Random, mark: str) -> str:
    keep = list(lines)
    indent = re.match(r"[ \t]*", keep[-1])
    keep[rng.randrange(1, len(keep)) :] = [(indent[0] if indent else "") + mark]
    return "\n".join(keep) + "\n"


@mutation
def elided_search(right: Right, rng: random.Random) -> Spoilt | None:
    if len(right.old) < 3:
        return None
    return said(right, elide(right.old, rng, rng.choice(ELISIONS)), right.replace)


@mutation
def elided_replacement(right: Right, rng: random.Random) -> Spoilt | None:
    if len(right.new) < 3:
        return None
    mark = rng.choice(ELISIONS)
    return said(right, right.search, elide(right.new, rng, mark), wrong=True)


@mutation
def elided_both(right: Right, rng: random.Random) -> Spoilt | None:
    if len(right.new) < 3 or len(right.old) < 3:
        return None
    mark = rng.choice(ELISIONS)
    return said(right, f"{right.old[0]}\n{mark}\n", f"{right.new[0]}\n{mark}\n", wrong=True)


def stale(text: str, rng: random.Random) -> str:
    words = list(re.finditer(r"[A-Za-z]{3,}", text))
    word = rng.choice(words)
    return f"{text[: word.start()]}{word[0][::-1]}w{text[word.end() :]}"


@mutation
def stale_quote(right: Right, rng: random.Random) -> Spoilt | None:
    search = stale(right.search, rng)
    if search.strip() in plain(right.file.data):
        return None
    return said(right, search, right.replace, wrong=True)


@mutation
def near_match(right: Right, rng: random.Random) -> Spoilt | None:
    at = rng.randrange(len(right.search))
    letter = right.search[at]
    if not letter.isalnum():
        return None
    other = rng.choice([x for x in "abcxyz019" if x != letter])
    search = right.search[:at] + other + right.search[at + 1 :]
    if search.strip() in plain(right.file.data):
        return None
    return said(right, search, right.replace, wrong=True)


@mutation
def other_blanks_within(right: Right, rng: random.Random) -> Spoilt | None:
    return said(right, re.sub(r"(?<=\S) (?=\S)", "  ", right.search), right.replace)


@mutation
def other_case(right: Right, rng: random.Random) -> Spoilt | None:
    return said(right, right.search.swapcase(), right.replace)


@mutation
def duplicate_match(right: Right, rng: random.Random) -> Spoilt | None:
    end = b"" if right.file.data.endswith((b"\n", b"\r")) else b"\n"
    copied = "".join(f"{x}\n" for x in right.old).encode()
    twice = replace(right, file=replace(right.file, data=right.file.data + end + copied))
    change = rng.choice((lambda t: t, lambda t: t.strip(), lambda t: dedented(t, rng)))
    return said(twice, change(right.search), change(right.replace), wrong=True)


@mutation
def duplicate_at_another_depth(right: Right, rng: random.Random) -> Spoilt | None:
    end = b"" if right.file.data.endswith((b"\n", b"\r")) else b"\n"
    copied = "".join(f"  {x}\n" for x in right.old).encode()
    twice = replace(right, file=replace(right.file, data=right.file.data + end + copied))
    search = each_line(right.search, lambda x: " " + x)
    return said(twice, search, each_line(right.replace, lambda x: " " + x), wrong=True)


@mutation
def no_change(right: Right, rng: random.Random) -> Spoilt | None:
    change = rng.choice((str.strip, str.rstrip, lambda t: t.replace("\n", "\r\n"), lambda t: t))
    return said(right, right.search, change(right.search), wrong=True)


@mutation
def whole_file_as_search(right: Right, rng: random.Random) -> Spoilt | None:
    return said(right, plain(right.file.data), plain(right.after))


def changed_rows(right: Right) -> tuple[int, int]:
    """How many quoted lines at the start, and how many at the end, the edit leaves alone."""
    both_have = min(len(right.old), len(right.new))
    head = next((at for at in range(both_have) if right.old[at] != right.new[at]), both_have)
    left = both_have - head
    tail = next((at for at in range(left) if right.old[-1 - at] != right.new[-1 - at]), left)
    return head, tail


@mutation
def lines_at_the_end_not_quoted(right: Right, rng: random.Random) -> Spoilt | None:
    """The replacement goes on with lines that the search text leaves in the file."""
    _, tail = changed_rows(right)
    if not tail or tail >= len(right.old):
        return None
    search = "".join(f"{x}\n" for x in right.old[: -rng.randint(1, tail)])
    return said(right, search, right.replace) if search.strip() else None


@mutation
def lines_at_the_start_not_quoted(right: Right, rng: random.Random) -> Spoilt | None:
    head, _ = changed_rows(right)
    if not head or head >= len(right.old):
        return None
    search = "".join(f"{x}\n" for x in right.old[rng.randint(1, head) :])
    return said(right, search, right.replace) if search.strip() else None


@mutation
def a_line_left_out_of_the_search(right: Right, rng: random.Random) -> Spoilt | None:
    if len(right.old) < 3:
        return None
    lines = list(right.old)
    gone = lines.pop(rng.randrange(1, len(lines) - 1))
    search = "".join(f"{x}\n" for x in lines)
    if not gone.strip() or elsewhere(right, search):
        return None
    return said(right, search, right.replace, wrong=True)


@mutation
def blank_lines_left_out_of_the_search(right: Right, rng: random.Random) -> Spoilt | None:
    return said(right, "".join(f"{x}\n" for x in right.old if x.strip()), right.replace)


@mutation
def blank_lines_doubled_in_the_search(right: Right, rng: random.Random) -> Spoilt | None:
    return said(right, re.sub(r"(?<=\n)\n", "\n\n", right.search), right.replace)


@mutation
def two_lines_changed_about_in_the_search(right: Right, rng: random.Random) -> Spoilt | None:
    if len(right.old) < 2 or right.old[0].strip() == right.old[1].strip():
        return None
    search = "".join(f"{x}\n" for x in (right.old[1], right.old[0], *right.old[2:]))
    return None if elsewhere(right, search) else said(right, search, right.replace, wrong=True)


@mutation
def lines_joined_in_the_search(right: Right, rng: random.Random) -> Spoilt | None:
    if len(right.old) < 2:
        return None
    return said(right, " ".join(x.strip() for x in right.old) + "\n", right.replace)


@mutation
def empty_search(right: Right, rng: random.Random) -> Spoilt | None:
    return said(right, "", right.replace, wrong=True)


@mutation
def blank_search(right: Right, rng: random.Random) -> Spoilt | None:
    return said(right, rng.choice(("\n", " ", "\n\n", "\t")), right.replace, wrong=True)


@mutation
def empty_replacement(right: Right, rng: random.Random) -> Spoilt | None:
    search = rng.choice((right.search, right.search[:-1]))
    made = said(right, search, "")
    return replace(made, allowed=frozenset({right.removed})) if made else None


@mutation
def empty_replacement_of_a_near_match(right: Right, rng: random.Random) -> Spoilt | None:
    search = each_line(right.search, lambda x: f"   {x}  ")
    return said(right, search, "", wrong=True)


@mutation
def swapped(right: Right, rng: random.Random) -> Spoilt | None:
    if right.replace.strip() in plain(right.file.data):
        return None
    return said(right, right.replace, right.search, wrong=True)


@mutation
def cut_within_a_word(right: Right, rng: random.Random) -> Spoilt | None:
    found = [m.start() + 2 for m in re.finditer(r"[A-Za-z]{4,}", right.search)]
    search = right.search[: rng.choice(found)] if found else ""
    return said(right, search, right.replace) if search else None


@mutation
def cut_within_a_line(right: Right, rng: random.Random) -> Spoilt | None:
    last = right.old[-1].rstrip()
    if len(right.old) < 2 or len(last.strip()) < 8:
        return None
    cut = len(last) - rng.randrange(1, len(last.strip()) - 1)
    return said(right, "\n".join((*right.old[:-1], last[:cut])), right.replace)


@mutation
def begun_within_a_word(right: Right, rng: random.Random) -> Spoilt | None:
    found = re.match(r"\s*[A-Za-z]{4,}", right.search)
    return said(right, right.search[found.end() - 2 :], right.replace) if found else None


@mutation
def wrong_file(right: Right, rng: random.Random) -> Spoilt | None:
    other = rng.choice(sources())
    data = other.read_bytes()
    if right.search.strip().encode() in data.replace(b"\r\n", b"\n"):
        return None
    folded = {line.strip() for line in data.splitlines()}
    if all(x.strip().encode() in folded for x in right.old):
        return None
    there = replace(right.file, data=data, language=LANGUAGES.get(other.suffix, ""))
    return said(replace(right, file=there), right.search, right.replace, wrong=True)


@mutation
def conflict_of_the_file(right: Right, rng: random.Random) -> Spoilt | None:
    """Marks that stand in the file are text: here the model resolves a conflict."""
    if right.file.mixed or right.file.data.count(b"\r"):
        return None
    rows = right.file.rows
    head = b"".join(rows[: right.first])
    tail = b"".join(rows[right.first + len(right.old) :])
    conflict = f"<<<<<<< HEAD\n{right.search}=======\n{right.replace}>>>>>>> topic\n"
    there = replace(right.file, data=head + conflict.encode() + tail)
    new = rng.choice((right.replace, conflict.replace("topic", "other")))
    done = head + new.encode() + tail
    return said(replace(right, file=there, after=done), conflict, new)
