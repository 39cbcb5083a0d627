"""Structural search and replace with ast-grep, over copies of the texts.

The program never sees the workspace: it runs in a folder of its own, with settings of our
own, so that nothing a workspace holds (languages as native libraries, ignore files) reaches
it. What it is asked about are the open texts, not what is on disk.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from redline.adapters.processes import Finished, find, run
from redline.core.problems import ToolProblem
from redline.core.refactor.result import Match
from redline.core.text.edits import Edit
from redline.core.text.text import Span, Text

TIMEOUT = 60.0
_PROGRAM = "ast-grep"
_SETTINGS = "ruleDirs: []\n"

_CALL = re.compile(r"[\w.$]+\(.*\)", re.DOTALL)
_BODIES = {"c": "void t() {{ {}; }}", "go": "func t() {{ {} }}"}

LANGUAGES: Mapping[str, tuple[str, str]] = {
    "bash": ("bash", "sh"),
    "c": ("c", "c"),
    "cpp": ("cpp", "cpp"),
    "csharp": ("csharp", "cs"),
    "css": ("css", "css"),
    "go": ("go", "go"),
    "html": ("html", "html"),
    "java": ("java", "java"),
    "javascript": ("javascript", "js"),
    "json": ("json", "json"),
    "kotlin": ("kotlin", "kt"),
    "lua": ("lua", "lua"),
    "php": ("php", "php"),
    "python": ("python", "py"),
    "ruby": ("ruby", "rb"),
    "rust": ("rust", "rs"),
    "scala": ("scala", "scala"),
    "swift": ("swift", "swift"),
    "tsx": ("tsx", "tsx"),
    "typescript": ("typescript", "ts"),
    "yaml": ("yaml", "yaml"),
}
"""Our languages that the program knows: its name for each, and the ending of its files."""


class _Offsets(msgspec.Struct):
    start: int
    end: int


class _Range(msgspec.Struct, rename="camel"):
    byte_offset: _Offsets


class _Hit(msgspec.Struct, rename="camel"):
    file: str
    range: _Range
    replacement: str | None = None
    replacement_offsets: _Offsets | None = None


class AstGrep:
    """Finds code by its shape."""

    def __init__(self, seconds: float = TIMEOUT) -> None:
        self._seconds = seconds

    async def matches(
        self, language: str, pattern: str, rewrite: str | None, texts: Mapping[str, Text]
    ) -> Mapping[str, tuple[Match, ...]] | ToolProblem:
        """The places in `texts` (by uri, all of `language`) that look like `pattern`, in order.

        `$NAME` stands for one part, `$$$NAME` for any number of them, in the `rewrite` for
        what they stood for. Of matches inside each other the outermost counts. A pattern
        that does not parse is a problem.
        """
        known = LANGUAGES.get(language)
        program = find(_PROGRAM)
        if known is None:
            return ToolProblem(f"structural search does not know {language}")
        if program is None:
            return ToolProblem(
                "ast-grep was not found: install it with `pip install ast-grep-cli`", True
            )
        if not pattern.strip():
            return ToolProblem("the pattern is empty")
        name, ending = known
        uris = list(texts)
        with tempfile.TemporaryDirectory(prefix="redline-") as folder:
            await asyncio.to_thread(_write, Path(folder), ending, [texts[uri] for uri in uris])
            argv = [program, "run", *_shape(name, pattern), f"--lang={name}", "--json=compact"]
            argv += ["--config=sgconfig.yml", "--no-ignore=hidden", "--no-ignore=vcs"]
            argv += [] if rewrite is None else [f"--rewrite={rewrite}"]
            done = await run([*argv, "texts"], Path(folder), b"", self._seconds)
        if isinstance(done, ToolProblem):
            return done
        found = _read(done, uris, texts)
        ended = rewrite is None or pattern.rstrip().endswith(";") or rewrite.endswith(";")
        return found if isinstance(found, ToolProblem) or ended else _closed(found, texts)


def _shape(language: str, pattern: str) -> list[str]:
    """The pattern as options; where a call alone would be read as a type it gets a body."""
    around = _BODIES.get(language)
    if around is None or not _CALL.fullmatch(pattern.strip()):
        return [f"--pattern={pattern}"]
    return [f"--pattern={around.format(pattern.strip())}", "--selector=call_expression"]


def _closed(
    found: Mapping[str, tuple[Match, ...]], texts: Mapping[str, Text]
) -> Mapping[str, tuple[Match, ...]]:
    """A statement that was matched without its semicolon keeps it."""
    kept: dict[str, tuple[Match, ...]] = {}
    for uri, group in found.items():
        made = []
        for each in group:
            edit = each.edit
            if edit is not None and texts[uri].slice(edit.span).endswith(b";"):
                edit = Edit(edit.span, edit.new + b";")
            made.append(Match(each.span, edit))
        kept[uri] = tuple(made)
    return kept


def _write(folder: Path, ending: str, texts: list[Text]) -> None:
    (folder / "sgconfig.yml").write_text(_SETTINGS, encoding="utf-8")
    (folder / "texts").mkdir()
    for at, text in enumerate(texts):
        (folder / "texts" / f"{at}.{ending}").write_bytes(text.data)


def _read(
    done: Finished, uris: list[str], texts: Mapping[str, Text]
) -> Mapping[str, tuple[Match, ...]] | ToolProblem:
    said = done.stderr.decode("utf-8", "replace").strip()
    if "ERROR node" in said:
        return ToolProblem("the pattern does not parse in that language")
    # It ends with 1 where nothing matches.
    if done.code not in (0, 1):
        return ToolProblem(f"ast-grep failed: {said.partition(chr(10))[0] or done.code}")
    try:
        hits = msgspec.json.decode(done.stdout or b"[]", type=list[_Hit])
    except msgspec.MsgspecError as error:
        return ToolProblem(f"ast-grep said something else than matches: {error}")
    found: dict[str, list[Match]] = {}
    for hit in hits:
        uri = uris[int(Path(hit.file).stem)]
        where = hit.range.byte_offset
        span = Span(where.start, where.end)
        edit = None
        if hit.replacement is not None and hit.replacement_offsets is not None:
            place = Span(hit.replacement_offsets.start, hit.replacement_offsets.end)
            edit = Edit(place, _ended(hit.replacement, texts[uri]))
        found.setdefault(uri, []).append(Match(span, edit))
    return {uri: _outermost(found[uri]) for uri in uris if uri in found}


def _ended(new: str, text: Text) -> bytes:
    """A rewrite of several lines ends them as the text does."""
    data = new.encode()
    return data.replace(b"\r\n", b"\n").replace(b"\n", text.newline)


def _outermost(matches: list[Match]) -> tuple[Match, ...]:
    kept: list[Match] = []
    for each in sorted(matches, key=lambda match: (match.span.start, -match.span.end)):
        if not kept or each.span.start >= kept[-1].span.end:
            kept.append(each)
    return tuple(kept)
