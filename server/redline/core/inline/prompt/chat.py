"""Asking a model in words what to insert, and reading its answer: one fence, nothing else."""

from __future__ import annotations

import re
from hashlib import blake2b

from redline.core.agent.reasoning import without_reasoning
from redline.core.inline.context.model import Surroundings
from redline.core.text.unseen import one_line

_ANSWER = re.compile(r"\s*(?P<fence>`{3,}|~{3,})[^\n`]*\n(?P<text>.*?)\n?(?P=fence)\s*", re.DOTALL)
_PART = re.compile(r"^=== \d{8} ", re.MULTILINE)
_WHY = {
    "signature": "definitions from",
    "similar": "similar code from",
    "edited": "changed just now in",
    "open": "definitions from",
}
_DIGITS = 8


def message(given: Surroundings) -> str:
    """What the model is told: other code, and the file before and after the cursor.

    The parts are told apart by a number that is made from all of them, so that no text of a
    workspace can hold the line that ends it.
    """
    parts = [(f"{_WHY[each.kind]} {one_line(each.path)}", each.text) for each in given.pieces]
    language = f", {given.language}" if given.language else ""
    parts.append((f"before the cursor in {one_line(given.path)}{language}", given.prefix))
    parts.append(("after the cursor", given.suffix))
    fence = _fence([text for part in parts for text in part])
    # What stands before the cursor may end within a line: the next part begins on its own.
    return "".join(f"=== {fence} {title}\n{text}\n" for title, text in parts) + f"=== {fence} end\n"


def _fence(texts: list[str]) -> str:
    whole = blake2b(digest_size=8)
    for text in texts:
        whole.update(f"{len(text)}:".encode())
        whole.update(text.encode("utf-8", "replace"))
    return f"{int.from_bytes(whole.digest(), 'big') % 10**_DIGITS:0{_DIGITS}}"


def read(answer: str, line: str) -> str | None:
    """The text to insert after `line` (the cursor's line up to it); None where the answer is
    not one fence and nothing else, or goes on into what it was asked with.

    A model that begins with the line it was given is taken at its word without it.
    """
    found = _ANSWER.fullmatch(without_reasoning(answer))
    if found is None or found["fence"] in found["text"] or _PART.search(found["text"]):
        return None
    text = found["text"]
    for said in (line, line.lstrip()):
        if len(said.strip()) > 1 and text.startswith(said):
            return text[len(said) :]
    return text
