"""Malformed diffs, whole files, definitions and arguments, and how a case is judged."""

from __future__ import annotations

import ast
import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape

from corpus import (
    ELISIONS,
    Mutation,
    Right,
    Spoilt,
    body_of,
    curled,
    elide,
    end_of,
    numbered,
    plain,
    stale,
)

from redline.adapters.grammars import load
from redline.core.agent.arguments import read_arguments
from redline.core.agent.tools import BY_NAME
from redline.core.edits import paths, unified, whole
from redline.core.edits.replace import replace_text
from redline.core.edits.symbol import replace_symbol
from redline.core.refactor.result import Refactored, refused
from redline.core.text.edits import apply
from redline.core.text.text import Text

GRAMMARS = load(worker=True)
MORE: dict[str, Mutation] = {}


def done(case: Spoilt) -> Refactored:
    """What the product makes of a call."""
    text = Text(case.data)
    match case.tool:
        case "edit":
            search, new = case.given
            return replace_text(text, search, new, case.language)
        case "apply_diff":
            files, problem = unified.read_diff(case.given[0])
            if problem or len(files) != 1:
                return refused(problem or "several files")
            return unified.laid(text, files[0].hunks, case.language)
        case "write_file":
            return whole.rewritten(text, case.given[0], case.language)
        case _:
            language = GRAMMARS.named(case.language)
            assert language is not None
            return replace_symbol(language, text, *case.given)


def judged(case: Spoilt) -> tuple[str, str]:
    """'applied', 'refused' or 'wrong', and why."""
    if case.tool in ("arguments", "path"):
        return judged_words(case)
    result = done(case)
    if result.refusal:
        told = len(result.refusal) > 20 and len(result.refusal) < 1500 and not result.edits
        return ("refused", result.refusal) if told else ("wrong", "the refusal says nothing")
    after = apply(case.data, result.edits)
    if after in case.allowed:
        return "applied", ""
    return "wrong", f"came to {after!r}"[:2000]


def judged_words(case: Spoilt) -> tuple[str, str]:
    if case.tool == "arguments":
        found, problem = read_arguments(BY_NAME["edit"], case.given[0])
        came = json.dumps(found, sort_keys=True).encode()
    else:
        known = ("src/a.py", "src/lib/b.py", "README.md", "b/x.py", "x.py", "Makefile")
        named, problem = paths.meant(case.given[0], known.__contains__, lambda: known)
        came = named.encode()
    if problem:
        return ("refused", problem) if len(problem) > 10 else ("wrong", "says nothing")
    return ("applied", "") if came in case.allowed else ("wrong", repr(came))


def more(made: Mutation) -> Mutation:
    MORE[made.__name__] = made
    return made


def diff_of(right: Right, around: int = 2) -> tuple[list[str], int]:
    """The lines of one hunk, and the number of its first line."""
    rows = [body_of(row).decode() for row in right.file.rows]
    end = right.first + len(right.old)
    start = max(0, right.first - around)
    head = 0
    while head < min(len(right.old), len(right.new)) and right.old[head] == right.new[head]:
        head += 1
    tail = 0
    while tail < min(len(right.old), len(right.new)) - head:
        if right.old[-1 - tail] != right.new[-1 - tail]:
            break
        tail += 1
    kept = len(right.old) - tail
    return [
        *(f" {x}" for x in rows[start : right.first]),
        *(f" {x}" for x in right.old[:head]),
        *(f"-{x}" for x in right.old[head:kept]),
        *(f"+{x}" for x in right.new[head : len(right.new) - tail]),
        *(f" {x}" for x in right.old[kept:]),
        *(f" {x}" for x in rows[end : end + around]),
    ], start + 1


Change = Callable[[list[str], int, random.Random], str]


def diff(name: str, change: Change, *, wrong: bool = False) -> None:
    def make(right: Right, rng: random.Random) -> Spoilt | None:
        lines, number = diff_of(right, rng.choice((1, 2, 3)))
        given = change(lines, number, rng)
        allowed = frozenset[bytes]() if wrong else frozenset({right.after})
        return Spoilt("", "apply_diff", right.file.data, right.file.language, (given,), allowed)

    MORE[f"diff: {name}"] = make


def text_of(lines: list[str], number: int, head: str = "--- a/f\n+++ b/f\n") -> str:
    count = len(lines)
    return f"{head}@@ -{number},{count} +{number},{count} @@\n" + "".join(f"{x}\n" for x in lines)


def changed_lines(change: Callable[[str], str]) -> Change:
    return lambda lines, n, r: text_of([change(x) for x in lines], n)


diff("as it should be", lambda x, n, r: text_of(x, n))
diff("line numbers off", lambda x, n, r: text_of(x, n + r.choice((-40, -3, -1, 1, 7, 900))))
diff("no line numbers", lambda x, n, r: "--- f\n+++ f\n@@\n" + "\n".join(x))
diff("words for numbers", lambda x, n, r: "--- f\n+++ f\n@@ def f(): @@\n" + "\n".join(x) + "\n")
diff("no file", lambda x, n, r: text_of(x, n, ""))
diff("no sides", lambda x, n, r: text_of(x, n, "--- f\n+++ f\n"))
diff("git's own lines", lambda x, n, r: "diff --git a/f b/f\nindex 1..2 100644\n" + text_of(x, n))
diff("fenced", lambda x, n, r: f"```diff\n{text_of(x, n)}```\n")
diff("prose before", lambda x, n, r: f"Here is the diff:\n\n{text_of(x, n)}")
diff("prose after", lambda x, n, r: f"{text_of(x, n)}\nThis changes it.\n")
diff("CRLF", lambda x, n, r: text_of(x, n).replace("\n", "\r\n"))
diff("blank lines without a blank", changed_lines(lambda x: x if x.strip() else ""))
diff("no blanks at line ends", changed_lines(str.rstrip))
diff("blanks at line ends", changed_lines(lambda x: x + "  " if x[:1] == " " else x))
diff("lines that stay without a blank", changed_lines(lambda x: x[1:] if x[:1] == " " else x))
diff("lines that stay stripped", changed_lines(lambda x: " " + x.lstrip() if x[:1] == " " else x))
diff("old lines stripped", changed_lines(lambda x: x[0] + x[1:].lstrip() if x[:1] != "+" else x))
diff("new lines stripped", changed_lines(lambda x: x[0] + x[1:].lstrip() if x[:1] == "+" else x))
diff("dedented", changed_lines(lambda x: x[0] + x[1:].removeprefix("    ") if x else x))
diff("typographic quotes", changed_lines(lambda x: curled(x, random.Random(0))))
diff("no-break spaces", changed_lines(lambda x: x[:1] + x[1:].replace(" ", "\u00a0")))
diff("zero-width spaces", changed_lines(lambda x: x[:1] + x[1:].replace(" ", " \u200b", 1)))
diff("typographic dashes", changed_lines(lambda x: x[:1] + x[1:].replace("-", "\u2013")))
diff("HTML entities", changed_lines(escape))
diff("no old line", lambda x, n, r: text_of([y for y in x if y[:1] == "+"], n), wrong=True)
diff("no change", lambda x, n, r: text_of([y for y in x if y[:1] == " "], n), wrong=True)
diff("turned round", lambda x, n, r: text_of([_turned(y) for y in x], n), wrong=True)
diff("whole file deleted", lambda x, n, r: text_of(x, n, "--- a/f\n+++ /dev/null\n"), wrong=True)
diff("a hunk twice", lambda x, n, r: text_of(x, n) + text_of(x, n, ""), wrong=True)


def _turned(line: str) -> str:
    return {"+": "-", "-": "+"}.get(line[:1], line[:1]) + line[1:]


@more
def diff_with_a_stale_line(right: Right, rng: random.Random) -> Spoilt | None:
    lines, number = diff_of(right)
    at = rng.choice([k for k, x in enumerate(lines) if x[:1] != "+"])
    if not re.search(r"[A-Za-z]{3}", lines[at]):
        return None
    lines[at] = lines[at][:1] + stale(lines[at][1:], rng)
    if lines[at][1:].strip() in plain(right.file.data):
        return None
    given = (text_of(lines, number),)
    return Spoilt("", "apply_diff", right.file.data, right.file.language, given, frozenset())


@more
def diff_with_an_elided_line(right: Right, rng: random.Random) -> Spoilt | None:
    lines, number = diff_of(right)
    lines.insert(rng.randrange(1, len(lines)), f"{rng.choice(' +')}{rng.choice(ELISIONS)}")
    given = (text_of(lines, number),)
    return Spoilt("", "apply_diff", right.file.data, right.file.language, given, frozenset())


@more
def diff_of_two_places(right: Right, rng: random.Random) -> Spoilt | None:
    """The true line number does not choose between two places."""
    lines, number = diff_of(right, 0)
    file = right.file
    end = b"" if file.data.endswith((b"\n", b"\r")) else b"\n"
    data = file.data + end + "".join(f"{x}\n" for x in right.old).encode()
    return Spoilt("", "apply_diff", data, file.language, (text_of(lines, number),), frozenset())


@more
def diff_with_a_stale_hunk_beside_it(right: Right, rng: random.Random) -> Spoilt | None:
    """All hunks or none."""
    lines, number = diff_of(right)
    other = f"@@ -1,1 +1,1 @@\n-no such line {rng.randrange(1000)}\n+nor this\n"
    first, second = rng.choice(
        ((text_of(lines, number, ""), other), (other, text_of(lines, number, "")))
    )
    given = (f"--- a/f\n+++ b/f\n{first}{second}",)
    return Spoilt("", "apply_diff", right.file.data, right.file.language, given, frozenset())


@more
def diff_whose_new_lines_repeat_what_follows(right: Right, rng: random.Random) -> Spoilt | None:
    """The line below the hunk is written once more."""
    lines, number = diff_of(right, 0)
    rows = [body_of(row).decode() for row in right.file.rows]
    end = right.first + len(right.old)
    if end >= len(rows) or not re.search(r"\w{3}", rows[end]) or lines[-1][:1] == " ":
        return None
    given = (text_of([*lines, f"+{rows[end]}"], number),)
    allowed = frozenset({right.after})
    return Spoilt("", "apply_diff", right.file.data, right.file.language, given, allowed)


def file_text(name: str, change: Callable[[str, random.Random], str], *, wrong: bool) -> None:
    def make(right: Right, rng: random.Random) -> Spoilt | None:
        given = change(plain(right.after), rng)
        allowed = frozenset[bytes]() if wrong else frozenset({right.after})
        file = right.file
        return Spoilt("", "write_file", file.data, file.language, (given,), allowed)

    MORE[f"whole file: {name}"] = make


def cut(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    return "\n".join(lines[: max(1, int(len(lines) * rng.uniform(0.1, 0.45)))])


def elided_file(text: str, rng: random.Random) -> str:
    return elide(tuple(text.rstrip("\n").split("\n")), rng, rng.choice(ELISIONS))


def hole(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    at = rng.randrange(1, len(lines) - 2)
    return "\n".join((*lines[:at], rng.choice(ELISIONS), *lines[at + 1 :]))


file_text("as it should be", lambda t, r: t, wrong=False)
file_text("CRLF", lambda t, r: t.replace("\n", "\r\n"), wrong=False)
file_text("no last line end", lambda t, r: t.rstrip("\n"), wrong=False)
file_text("fenced", lambda t, r: f"```{r.choice(('', 'py'))}\n{t.rstrip()}\n```", wrong=False)
file_text("typographic quotes", curled, wrong=False)
file_text("no-break spaces", lambda t, r: t.replace(" ", "\u00a0"), wrong=False)
file_text("zero-width spaces", lambda t, r: t.replace(" ", " \u200b"), wrong=False)
file_text("typographic dashes", lambda t, r: t.replace("-", "\u2013"), wrong=False)
file_text("HTML entities", lambda t, r: escape(t), wrong=False)
file_text("HTML entities, no quotes", lambda t, r: escape(t, quote=False), wrong=False)
file_text("numbered", numbered("\t", 1), wrong=False)
file_text("tabs", lambda t, r: re.sub(r"^(?: {4})+", "\t", t, flags=re.M), wrong=False)
file_text("cut off", cut, wrong=True)
file_text("elided", elided_file, wrong=True)
file_text("a hole", hole, wrong=True)
file_text("empty", lambda t, r: r.choice(("", "\n", " ")), wrong=True)


@more
def whole_file_unchanged(right: Right, rng: random.Random) -> Spoilt | None:
    file = right.file
    given = (plain(file.data),)
    return Spoilt("", "write_file", file.data, file.language, given, frozenset())


@more
def whole_file_of_another(right: Right, rng: random.Random) -> Spoilt | None:
    file = right.file
    other = "import os\n\n\nclass Other:\n    def run(self):\n        return os.getcwd()\n" * 3
    return Spoilt("", "write_file", file.data, file.language, (other,), frozenset())


def definition(right: Right, rng: random.Random) -> tuple[str, list[str], Right, str] | None:
    """A Python function: its name, its new lines, the right edit of it, its indentation."""
    file = right.file
    if file.language != "python" or file.mixed:
        return None
    try:
        tree = ast.parse(plain(file.data))
    except SyntaxError:
        return None
    found = list(_functions(tree, ""))
    names = [name for name, _ in found]
    found = [each for each in found if names.count(each[0]) == 1]
    if not found:
        return None
    name, node = rng.choice(found)
    rows = file.rows
    start = min([node.lineno, *(x.lineno for x in node.decorator_list)]) - 1
    end, last = node.end_lineno or 0, node.body[-1]
    if last.lineno == node.lineno or not end_of(rows[end - 1]):
        return None
    old = [body_of(row).decode() for row in rows[start:end]]
    depth = old[last.lineno - 1 - start]
    depth = depth[: len(depth) - len(depth.lstrip())]
    if isinstance(last, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return None
    at = last.lineno - 1 - start
    line = f"{depth}marker = {rng.randrange(100)}"
    new = [*old[:at], line, *old[at:]]
    row = line.encode() + end_of(rows[end - 1])
    kept = rows[start : start + at], rows[start + at : end]
    after = b"".join([*rows[:start], *kept[0], row, *kept[1], *rows[end:]])
    first = re.match(r"[ \t]*", old[0])
    made = replace(right, first=start, old=tuple(old), new=tuple(new), after=after)
    return name, new, made, first[0] if first else ""


def _functions(tree: ast.AST, within: str) -> list[tuple[str, ast.FunctionDef]]:
    result: list[tuple[str, ast.FunctionDef]] = []
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.FunctionDef):
            result.append((within + node.name, node))
        elif isinstance(node, ast.ClassDef):
            result += _functions(node, f"{within}{node.name}.")
    return result


Text_ = Callable[[list[str], str, random.Random], "str | None"]


def symbol(name: str, change: Text_, *, wrong: bool = False) -> None:
    def make(right: Right, rng: random.Random) -> Spoilt | None:
        found = definition(right, rng)
        if found is None:
            return None
        called, lines, made, depth = found
        given = change(lines, depth, rng)
        if given is None:
            return None
        allowed = frozenset[bytes]() if wrong else frozenset({made.after})
        return Spoilt("", "replace_symbol", made.file.data, "python", (called, given), allowed)

    MORE[f"definition: {name}"] = make


def _joined(lines: list[str]) -> str:
    return "".join(f"{x}\n" for x in lines)


def undecorated(lines: list[str], depth: str, rng: random.Random) -> str | None:
    return _joined(lines[1:]) if lines[0].lstrip().startswith("@") else None


def first_elided(lines: list[str], depth: str, rng: random.Random) -> str | None:
    if len(lines) < 4:
        return None
    return _joined([*lines[:-1], f"{depth}    {rng.choice(ELISIONS)}"])


symbol("as it should be", lambda x, d, r: _joined(x))
symbol("dedented", lambda x, d, r: _joined([y.removeprefix(d) for y in x]))
symbol("first line stripped", lambda x, d, r: _joined([x[0].lstrip(), *x[1:]]))
symbol("stripped", lambda x, d, r: _joined(x).strip())
symbol("indented by four", lambda x, d, r: _joined(["    " + y if y else y for y in x]))
symbol(
    "tabs",
    lambda x, d, r: re.sub(
        r"^(?: {4})+", lambda m: "\t" * (len(m[0]) // 4), _joined(x), flags=re.M
    ),
)
symbol("fenced", lambda x, d, r: f"```python\n{_joined(x)}```\n")
symbol("CRLF", lambda x, d, r: _joined(x).replace("\n", "\r\n"))
symbol("blank lines around", lambda x, d, r: f"\n\n{_joined(x)}\n\n")
symbol("typographic quotes", lambda x, d, r: curled(_joined(x), r))
symbol("no-break spaces", lambda x, d, r: _joined(x).replace(" ", "\u00a0"))
symbol("zero-width spaces", lambda x, d, r: _joined(x).replace(" ", " \u200b"))
symbol("typographic dashes", lambda x, d, r: _joined(x).replace("-", "\u2212"))
symbol("numbered", lambda x, d, r: numbered("\t", 3)(_joined(x), r))
symbol("undecorated", undecorated, wrong=True)
symbol("end left out", first_elided, wrong=True)
symbol("two of them", lambda x, d, r: _joined(x) + "\n" + _joined(x), wrong=True)
symbol(
    "another name",
    lambda x, d, r: re.sub(r"def \w+", "def other_name", _joined(x), count=1),
    wrong=True,
)
symbol(
    "the signature alone",
    lambda x, d, r: x[0] + "\n" if x[0].lstrip().startswith("def") else None,
    wrong=True,
)
symbol("empty", lambda x, d, r: r.choice(("", "\n", "pass\n", "# gone\n")), wrong=True)


Json = Callable[[dict[str, str], random.Random], "str | None"]


def arguments(name: str, change: Json, *, wrong: bool = False) -> None:
    def make(right: Right, rng: random.Random) -> Spoilt | None:
        given = {"path": "src/a.py", "search": right.search, "replace": right.replace}
        told = change(given, rng)
        if told is None:
            return None
        meant = json.dumps(given, sort_keys=True).encode()
        allowed = frozenset[bytes]() if wrong else frozenset({meant})
        return Spoilt("", "arguments", b"", "", (told,), allowed)

    MORE[f"arguments: {name}"] = make


def raw_line_ends(given: dict[str, str], rng: random.Random) -> str:
    return json.dumps(given).replace("\\n", "\n").replace("\\t", "\t")


def commented(given: dict[str, str], rng: random.Random) -> str:
    parts = [f"{json.dumps(k)}: {json.dumps(v)}, // {k}'s {{" for k, v in given.items()]
    return "{ /* a } */\n" + "\n".join(parts) + "\n}"


def cut_json(given: dict[str, str], rng: random.Random) -> str:
    text = json.dumps(given)
    return text[: rng.randrange(1, len(text) - 1)]


def other_object(given: dict[str, str], rng: random.Random) -> str:
    return json.dumps(given) + rng.choice(("", "\n", ", ")) + json.dumps({**given, "search": "x"})


def single(given: dict[str, str], rng: random.Random) -> str | None:
    """Single quotes around names and values, where no double quotes are within."""
    if any('"' in value for value in given.values()):
        return None
    return json.dumps(given).replace('"', "'")


def _without(given: dict[str, str], name: str) -> str:
    return json.dumps({key: value for key, value in given.items() if key != name})


arguments("as they should be", lambda g, r: json.dumps(g))
arguments("a comma at the end", lambda g, r: json.dumps(g)[:-1] + ",}")
arguments("as Python writes them", lambda g, r: repr(g))
arguments("single quotes put in", single)
arguments("comments", commented)
arguments("raw line ends", raw_line_ends)
arguments("encoded twice", lambda g, r: json.dumps(json.dumps(g)))
arguments("twice", lambda g, r: json.dumps(g) + "\n" + json.dumps(g))
arguments("an empty object before", lambda g, r: "{}" + json.dumps(g))
arguments("fenced", lambda g, r: f"```json\n{json.dumps(g, indent=1)}\n```")
arguments("prose before", lambda g, r: "Here: " + json.dumps(g))
arguments("quotes not escaped", lambda g, r: json.dumps(g).replace('\\"', '"'))
arguments("typographic quotes", lambda g, r: curled(json.dumps(g), r))
arguments("None given", lambda g, r: repr({**g, "reason": None}))
arguments("cut off", cut_json, wrong=True)
arguments("two objects", other_object, wrong=True)
arguments("a list", lambda g, r: json.dumps([g]), wrong=True)
arguments("NaN", lambda g, r: json.dumps({**g, "search": float("nan")}), wrong=True)
arguments("a name too many", lambda g, r: json.dumps({**g, "file": "x"}), wrong=True)
arguments("a name missing", lambda g, r: _without(g, r.choice(list(g))), wrong=True)
arguments(
    "another type",
    lambda g, r: json.dumps({**g, r.choice(list(g)): r.choice((1, True, ["x"], {}))}),
    wrong=True,
)
arguments("a name twice", lambda g, r: json.dumps(g)[:-1] + ', "search": "y"}', wrong=True)


PATHS: dict[str, tuple[tuple[str, ...], str]] = {
    "plainly meant": (("./src/a.py", "src\\a.py", "src//a.py", "src/./a.py"), "src/a.py"),
    "another case": (("SRC/a.py", "src/A.py", "readme.md", "makefile", "Src/Lib/B.py"), ""),
    "hallucinated": (("src/c.py", "a.py", "lib/b.py", "src/a.ts", "tests/a.py"), ""),
    "a folder": (("src", "src/", ".", "./", "src/lib"), ""),
    "absolute": (("/src/a.py", "/work/project/src/a.py", "C:\\src\\a.py", "~/src/a.py"), ""),
    "upwards": (("../src/a.py", "src/../src/a.py", "src/lib/../a.py", "..\\src\\a.py"), ""),
    "mangled": (("`src/a.py`", "src/a.py:", "# src/a.py", "src/a.py ", '"src/a.py"', "", " "), ""),
}  # fmt: skip


def path_mutation(name: str, given: tuple[str, ...], right: str) -> None:
    def make(_: Right, rng: random.Random) -> Spoilt | None:
        allowed = frozenset({right.encode()}) if right else frozenset[bytes]()
        return Spoilt("", "path", b"", "", (rng.choice(given),), allowed)

    MORE[f"path: {name}"] = make


for _name, (_given, _right) in PATHS.items():
    path_mutation(_name, _given, _right)
