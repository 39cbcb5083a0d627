"""How often the builtin inline model knows the next line.

    next_line.py FOLDER... [--lines 400] [--seed 1] [--only LANGUAGE...] [--json FILE]
                 [--llama URL [--llama-lines N]] [--rows FILE]

Random code lines of a folder: those with a token that is no sign, and beside them, as a
setting of its own, all with a token at all. Comments and the inside of texts of several lines
are no code. The model sees what stands before the line in its file, and all other files; to
fill in the middle also what stands after it. It is right if what it says is the line, its
indentation included, but for white space at its end. Beside it a plain 4-gram over the same
text; and, where a server has one, a language model, which may be given the first N of the same
lines, as it takes its time. `--rows` writes what `fit_next_line.py` fits the score to.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from redline.adapters import grammars
from redline.adapters.index.walk import find
from redline.adapters.inline.memory_file import read, write
from redline.adapters.uris import path_of, uri_of
from redline.core.inline.builtin.asked import Asked, asked_at
from redline.core.inline.builtin.complete import Scored, candidates
from redline.core.inline.builtin.live import Live
from redline.core.inline.builtin.memory import Memory, SourceText, built
from redline.core.inline.builtin.mixing import FILE, Near, Source
from redline.core.inline.builtin.score import THRESHOLD, chance
from redline.core.inline.builtin.tokens import START, Lexer, Place, family_of, indent_after, is_name
from redline.core.settings import Settings
from redline.core.text.text import Text
from redline.core.uris import Folder


@dataclass(frozen=True, slots=True)
class Case:
    """A line to be known: the rows before it, how much of it is typed, the rows after it."""

    uri: str
    language: str
    above: tuple[bytes, ...]
    typed: bytes
    truth: bytes
    below: tuple[bytes, ...]


def sources(root: Path, only: Sequence[str]) -> list[SourceText]:
    languages = grammars.load()
    found = find(languages, [Folder(uri_of(root), root.name)], Settings())
    made = []
    for file in found.files.values():
        path = path_of(file.uri)
        if family_of(file.language) is None or path is None:
            continue
        if only and file.language not in only:
            continue
        data = path.read_bytes()
        made.append(SourceText(file.uri, file.language, Text(data).digest, data))
    return made


def remembered(root: Path, files: Sequence[SourceText]) -> tuple[Memory, float]:
    """The memory of the files, kept in the temporary folder by content."""
    code = Path(sys.modules[built.__module__].__file__ or "").parent.glob("[bmt]*.py")
    name = sha256("".join(each.digest for each in files).encode())
    for path in sorted(code):
        name.update(path.read_bytes())
    path = Path(tempfile.gettempdir()) / f"next-line-{root.name}-{name.hexdigest()[:16]}"
    found = read(path) if path.exists() else None
    if found is not None:
        return found, 0.0
    start = time.process_time()
    memory = built(files)
    seconds = time.process_time() - start
    write(path, memory)
    return memory, seconds


def chosen(
    files: Sequence[SourceText], number: int, seed: int, within: float, *, brackets: bool = False
) -> Iterator[Case]:
    """Random lines, each as likely as any other; a share `within` of them typed in part."""
    dice = random.Random(seed)
    counts = [each.data.count(b"\n") + 1 for each in files]
    while number:
        file = dice.choices(files, counts)[0]
        rows = file.data.split(b"\n")
        at = dice.randrange(len(rows))
        if not is_code(file, rows, at, brackets):
            continue
        truth = rows[at].rstrip()
        typed = b""
        if dice.random() < within:
            bare = len(truth) - len(truth.lstrip())
            typed = truth[: dice.randrange(bare, len(truth))]
        number -= 1
        yield Case(file.uri, file.language, tuple(rows[:at]), typed, truth, tuple(rows[at + 1 :]))


def is_code(file: SourceText, rows: Sequence[bytes], at: int, brackets: bool) -> bool:
    """Whether a row is a line of code, of more than `brackets` unless they are wanted too."""
    family = family_of(file.language)
    assert family is not None
    if not rows[at].strip():
        return False
    lexer, place = Lexer(family), Place()
    for row in rows[:at]:
        _, place = lexer.line(row, place)
    line, _ = lexer.line(rows[at], place)
    bare = [each.lstrip() for each in line.tokens] if line is not None else []
    if place.state or not bare:
        return False
    return brackets or any(is_name(each) or each[:1].isalnum() for each in bare)


def asked(memory: Memory, case: Case, suffix: bool) -> Asked | None:
    family = family_of(case.language)
    assert family is not None
    own = Live(family, Lexer(family))
    own.read(case.above)
    near = [Near(own, FILE)]
    after: tuple[bytes, ...] = ()
    if suffix:
        rest = Live(family, own.lexer)
        rest.read(case.below[:200])
        near.append(Near(rest, FILE))
        after = next((line.tokens for line in rest.lines), ())
    hidden = frozenset(at for at, uri in enumerate(memory.uris) if uri == case.uri)
    source = Source(memory, case.uri, hidden, tuple(near))
    return asked_at(source, own, case.typed, b"", after)


@dataclass(frozen=True, slots=True)
class Tried:
    case: Case
    found: tuple[Scored, ...]
    seconds: float


def tried(memory: Memory, cases: Sequence[Case], suffix: bool) -> list[Tried]:
    done = []
    for case in cases:
        place = asked(memory, case, suffix)
        start = time.process_time()
        found = candidates(place) if place is not None else []
        done.append(Tried(case, tuple(found), time.process_time() - start))
    return done


def rows_of(done: Sequence[Tried]) -> Iterator[str]:
    """Every candidate as what the score is fitted to: case, whether it is right, features."""
    for number, each in enumerate(done):
        for one in each.found:
            right = one.line.rstrip() == each.case.truth
            yield json.dumps([number, int(right), [round(x, 5) for x in one.features]])


@dataclass(frozen=True, slots=True)
class Told:
    """What was said first of one line: how sure (0 for nothing), whether right, seconds of CPU."""

    sure: float
    right: bool
    seconds: float


def told(done: Sequence[Tried]) -> list[Told]:
    """The best candidate of each case, however sure."""
    made = []
    for each in done:
        start = time.process_time()
        ranked = [(chance(one.features), one.line) for one in each.found]
        sure, line = max(ranked, default=(0.0, b""))
        seconds = each.seconds + time.process_time() - start
        made.append(Told(sure, bool(ranked) and line.rstrip() == each.case.truth, seconds))
    return made


def plain(memory: Memory, cases: Sequence[Case]) -> list[Told]:
    """A plain 4-gram: what most often followed the longest known context of up to three tokens."""
    made = []
    for case in cases:
        place = asked(memory, case, suffix=False)
        start = time.process_time()
        line = None if place is None else greedy(place)
        right = line is not None and line.rstrip() == case.truth
        made.append(Told(0.0, right, time.process_time() - start))
    return made


def greedy(place: Asked) -> bytes | None:
    """The line the 4-gram makes, token by token."""
    made: list[bytes] = []
    context = list(place.start.context)
    while len(made) < 40:
        counts = followers(place, context, bool(made))
        if not counts:
            return None
        token = min(counts, key=lambda each: (-counts[each], each))
        if made and token[:1] in (b"\n", START):
            indent = indent_after(made[0], place.start.indent)
            return None if indent is None else indent + b"".join(made[1:])
        made.append(token)
        context.append(token)
    return None


def followers(place: Asked, context: Sequence[bytes], within: bool) -> Counter[bytes]:
    source, memory = place.source, place.source.memory
    own = source.near[0].live.tokens
    for size in (3, 2, 1):
        end = list(context[-size:])
        counts: Counter[bytes] = Counter()
        low, high = memory.found([memory.words.number(each) for each in end])
        for position in memory.order[low : min(high, low + 20_000)]:
            if memory.file_at(position) not in source.hidden:
                counts[memory.words[memory.tokens[position + size]]] += 1
        if len(end) > 1:
            for at in place.own.pairs.get((end[-2], end[-1]), ()):
                if at < len(own) and own[at - size : at] == end:
                    counts[own[at]] += 1
        if not within:
            counts = Counter({each: n for each, n in counts.items() if place.start.allows(each, 0)})
        if counts:
            return counts
    return Counter()


def llama(url: str, cases: Sequence[Case]) -> list[Told]:
    """A model behind an OpenAI-compatible completions endpoint; wall seconds."""
    made = []
    for case in cases:
        # Models are taught line end and indentation as one token: the line end is theirs to say.
        prompt = b"\n".join(case.above)[-3_000:].decode("utf-8", "replace")
        asks = {"prompt": prompt, "max_tokens": 60, "temperature": 0}
        body = json.dumps(asks).encode()
        request = urllib.request.Request(
            f"{url.rstrip('/')}/v1/completions", body, {"Content-Type": "application/json"}
        )
        start = time.perf_counter()
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = json.load(answer)["choices"][0]["text"]
        line = next(iter(text.removeprefix("\n").split("\n")))
        right = line.rstrip().encode() == case.truth
        made.append(Told(0.0, right, time.perf_counter() - start))
    return made


def figures(name: str, done: Sequence[Told]) -> dict[str, object]:
    """One row of the table."""
    number = len(done)
    ranked = sorted(done, key=lambda each: -each.sure)
    times = sorted(each.seconds * 1000 for each in done)
    shown = [each for each in done if each.sure >= THRESHOLD]

    def share(some: Sequence[Told]) -> float:
        return round(sum(each.right for each in some) / max(1, len(some)), 3)

    return {
        "setting": name,
        "lines": number,
        "exact": share(done),
        "tenth": share(ranked[: number // 10]),
        "fifth": share(ranked[: number // 5]),
        "shown": round(len(shown) / number, 3),
        "precision": share(shown),
        "deciles": [share(ranked[at * number // 10 : (at + 1) * number // 10]) for at in range(10)],
        "sure": [round(ranked[min(at * number // 10, number - 1)].sure, 3) for at in range(10)],
        "p50 ms": round(times[number // 2], 2),
        "p95 ms": round(times[int(number * 0.95)], 2),
    }


def size_of(memory: Memory) -> int:
    """Bytes of the columns."""
    lines = (memory.starts, memory.lines, memory.within)
    plain = (memory.words.ends, memory.tokens, memory.order, *lines)
    kept = [column for pair in memory.kept for column in pair]
    return len(memory.words.data) + 4 * sum(map(len, (*plain, *kept)))


def measured(root: Path, options: argparse.Namespace) -> dict[str, object]:
    files = sources(root, options.only)
    memory, seconds = remembered(root, files)
    cases = list(chosen(files, options.lines, options.seed, 0.0))
    every = list(chosen(files, options.lines, options.seed, 0.0, brackets=True))
    part = list(chosen(files, options.lines, options.seed, 1.0))
    rows = [
        figures("before the line", told(tried(memory, cases, suffix=False))),
        figures("  any code, brackets too", told(tried(memory, every, suffix=False))),
        figures("fill in the middle", told(tried(memory, cases, suffix=True))),
        figures("within the line", told(tried(memory, part, suffix=False))),
        figures("plain 4-gram", plain(memory, cases)),
        figures("  any code, brackets too", plain(memory, every)),
    ]
    if options.llama:
        some = cases[: options.llama_lines or None]
        rows += [
            figures(f"model, {len(some)} lines", llama(options.llama, some)),
            figures("  before the line, those", told(tried(memory, some, suffix=False))),
            figures("  plain 4-gram, those", plain(memory, some)),
        ]
    return {
        "folder": root.name,
        "files": len(memory.uris),
        "lines": sum(each.data.count(b"\n") for each in files),
        "tokens": len(memory.tokens),
        "memory MiB": round(size_of(memory) / 2**20, 1),
        "build seconds": round(seconds, 1),
        "rows": rows,
    }


def trained_on(root: Path, options: argparse.Namespace) -> None:
    """Writes the candidates of lines at their start, within, and with what follows; and those
    of as many lines of nothing but signs as there are beside them."""
    files = sources(root, options.only)
    memory, _ = remembered(root, files)
    done: list[Tried] = []
    for at, (suffix, within) in enumerate(((False, 0.0), (False, 1.0), (True, 0.3))):
        number = options.lines if at == 0 else options.lines // 2
        done += tried(memory, list(chosen(files, number, options.seed + at, within)), suffix)
    every = chosen(files, options.lines, options.seed + 50, 0.0, brackets=True)
    signs = [each for each in every if not re.search(rb"\w", each.truth)]
    done += tried(memory, signs, suffix=False)
    options.rows.write_text("\n".join(rows_of(done)) + "\n")


def shown(result: dict[str, object]) -> None:
    print({key: value for key, value in result.items() if key != "rows"})
    rows = result["rows"]
    assert isinstance(rows, list)
    names = ("exact", "tenth", "fifth", "shown", "precision", "p50 ms", "p95 ms")
    print(f"{'':26}" + "".join(f"{name:>11}" for name in names) + "  deciles")
    for row in rows:
        cells = "".join(f"{row[name]:>11}" for name in names)
        print(f"{row['setting']:26}{cells}  {' '.join(f'{x:.2f}' for x in row['deciles'])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], help="languages")
    parser.add_argument("--rows", type=Path, help="write what the score is fitted to, and end")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--llama", default="", help="address of a completions server")
    parser.add_argument("--llama-lines", type=int, default=0, help="as many of the lines")
    options = parser.parse_args()
    results = []
    for folder in options.folders:
        if options.rows:
            trained_on(folder.resolve(), options)
            continue
        results.append(measured(folder.resolve(), options))
        shown(results[-1])
        print(
            {"peak MiB of this process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}
        )
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
