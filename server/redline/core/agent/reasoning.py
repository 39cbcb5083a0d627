"""What a model thinks aloud in its answer, told from the answer."""

from __future__ import annotations

import re

_NAMES = "think|thinking|reasoning"
_OPENS = re.compile(rf"[ \t]*<({_NAMES})>", re.IGNORECASE)
_CLOSES = re.compile(rf"</({_NAMES})>[ \t]*\n?", re.IGNORECASE)
_ANYWHERE = re.compile(rf"<({_NAMES})>", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def without_reasoning(text: str) -> str:
    """`text` without its `<think>…</think>` blocks.

    A block begins a line, outside fenced code; one that is not closed goes on to the end.
    Where only the end of a block came, because its beginning is part of the prompt,
    everything before it goes.
    """
    if "</" not in text and not _OPENS.search(text):
        return text
    kept: list[str] = []
    fence = ""
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        line = text[at:end]
        opens = None if fence else _OPENS.match(line)
        if opens is not None:
            closes = _CLOSES.search(text, at + opens.end())
            at = closes.end() if closes is not None else len(text)
            continue
        closes = None if fence else _CLOSES.search(line)
        if closes is not None and _alone(line, closes) and not _opened(kept):
            kept = []
            at += closes.end()
            continue
        fence = _after(fence, line)
        kept.append(line)
        at = end
    return "".join(kept)


def _alone(line: str, tag: re.Match[str]) -> bool:
    """Whether the tag begins or ends its line; within a line it is spoken of."""
    return not line[: tag.start()].strip() or not line[tag.end() :].strip()


def _opened(kept: list[str]) -> bool:
    """Whether an opening tag was kept, and so the closing one belongs to the text."""
    return any(_ANYWHERE.search(line) for line in kept)


def _after(fence: str, line: str) -> str:
    """The fence that is open after `line`, '' for none."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    if not fence:
        return found[1]
    closes = line.strip() == found[1] and found[1].startswith(fence)
    return "" if closes else fence
