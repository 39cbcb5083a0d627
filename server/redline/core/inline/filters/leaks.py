"""What models let slip that is not code: marks of their prompts, talk, and stand-ins."""

from __future__ import annotations

import re

from redline.core.inline.filters.verdict import Dropped, Verdict
from redline.core.inline.place import Place
from redline.core.oversight import secrets
from redline.core.text.unseen import hidden

_MARKS = re.compile(
    r"<\|[^|\n]{1,40}\|>|<｜[^｜\n]{1,40}｜>|</?fim[_-]\w{1,20}>|<(?:PRE|SUF|MID|EOT|END)>"
    r"|▁<(?:PRE|SUF|MID|EOT)>|</?s>|\[/?INST\]|<</?SYS>>|<(?:file_sep|repo_name|filename)>"
    r"|<(?:reponame|gh_stars|jupyter_\w{1,20}|issue_\w{1,20}|commit_\w{1,20})>|\[(?:PREFIX|SUFFIX)\]"
    r"|<CURSOR>|<cursor>|<insert>|</insert>"
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_TALK = re.compile(
    r"\s*(?:sure|certainly|of course|here(?:'s| is| are)|i'm sorry|i cannot|as an ai|the code)\b"
    r"[^\n]{0,200}(?:[.:!]\s|[.:!]$|\n)",
    re.IGNORECASE,
)
_STAND_INS = re.compile(
    r"your (?:own )?(?:code|implementation|logic) (?:goes )?here"
    r"|(?:rest|remainder) of (?:the |your )?(?:code|file|function|class|method|implementation)"
    r"|\.\.\. ?(?:existing|other|more|rest)|existing code|(?:add|insert|write) your code"
    r"|lorem ipsum|implementation (?:goes )?here|omitted for brevity",
    re.IGNORECASE,
)


def leaked(draft: str, place: Place) -> Verdict:
    """The draft up to the first mark of a prompt, a fence, or talk about the code."""
    if _TALK.match(draft) and place.language.name != "markdown":
        return Dropped("talks about the code")
    ends = [found.start() for found in (_MARKS.search(draft), _fence(draft, place)) if found]
    left = draft[: min(ends)] if ends else draft
    return left if left.strip() or not ends else Dropped("marks of a prompt")


def _fence(draft: str, place: Place) -> re.Match[str] | None:
    return _FENCE.search(draft) if place.language.name != "markdown" else None


def stand_ins(draft: str, place: Place) -> Verdict:
    """The lines before the first that stands for code that was left out."""
    found = _STAND_INS.search(draft)
    if found is None:
        return draft
    left = draft[: draft.rfind("\n", 0, found.start()) + 1].rstrip()
    return left if left.strip() else Dropped("stands for code that is not there")


def unseen(draft: str, place: Place) -> Verdict:
    """Nothing of a draft with characters that nobody sees."""
    odd = [each for each in hidden(draft) if each not in place.before]
    return Dropped("characters nobody sees") if odd or "\r" in draft else draft


def secret(draft: str, place: Place) -> Verdict:
    """Nothing of a draft that holds a secret, or ends one that was begun."""
    if len(draft) + len(place.before) < secrets.LEAST:
        return draft
    whole = place.before + draft
    held = any(each.end > len(place.before) for each in secrets.find(whole))
    return Dropped("a secret") if held else draft


def blank(draft: str, place: Place) -> Verdict:
    """Nothing of a draft that shows nothing; no blanks behind the last line."""
    left = draft.rstrip()
    return left if left else Dropped("only white space")
