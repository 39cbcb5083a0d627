"""What is refused: requests that say what not to do, and those known and not done."""

from __future__ import annotations

import re

from redline.core.builtin import words
from redline.core.builtin.intent import CAN_DO, OTHERWISE, Refusal, not_yet
from redline.core.builtin.words import OLD

_NEGATED = re.compile(
    r"(?:(?:please\s+)?(?:do\s+not|don't|dont|never|avoid|stop|refrain\s+from|leave|keep|undo|revert)\b"
    r"|(?:no\s+need|there\s+is\s+no\s+need)\s+to\b|not\s|i\s+(?:do\s+not|don't)\s+want\b)",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(
    r"\b(?:but|and)\s+(?:please\s+)?(?:do\s+not|don't|dont|never|not|without)\b|\bunless\b"
    r"|\b(?:except|excluding|without\s+(?:touching|changing))\b",
    re.IGNORECASE,
)

_IT = (
    r"(?:it|this|that|these|those|them|(?:this|that|the)\s+(?:one|change|hunk|part|lines?|place"
    r"|names?|code|file|edit|rest|old\s+name|original))"
)
_AS_IT_IS = (
    r"(?:\s+(?:out|alone|away|be|here|as\s+is|unchanged|untouched"
    r"|(?:as|how|the\s+way)\s+(?:it|they)\s+(?:is|are|was|were)))"
)
# What is said of a change that is not wanted, where nothing is wanted in its place.
_NOT_THIS = (
    r"no|nope|nah|never|no,?\s+(?:thanks|thank\s+you)|don't|do\s+not|wrong"
    r"|not\s+(?:here|needed|wanted|necessary)",
    rf"not\s+{_IT}(?:\s+(?:one|change|file|place|line))?",
    r"(?:no,?\s+)?(?:keep|leave|skip|drop|undo|revert|discard|ignore|remove|omit|exclude|forget"
    rf"|reject)\s+{_IT}{_AS_IT_IS}*",
    rf"(?:no,?\s+)?(?:(?:keep|leave)\s+{OLD}{_AS_IT_IS}+|keep\s+the\s+name\s+{OLD})",
    r"(?:do\s+not|don't)\s+(?:change|touch|rename|edit|do|delete|remove|create|move)\s+"
    rf"(?:{_IT}|{OLD})",
    r"(?:skip|undo|revert|discard|reject|leave\s+alone|keep\s+as\s+is|as\s+(?:it\s+)?(?:is|was))",
    rf"{_IT}\s+(?:is|was|were|are)\s+(?:fine|okay|good|right|correct|not\s+(?:needed|wanted))"
    r"(?:\s+(?:as\s+(?:it\s+)?(?:is|was)|before|already))*",
)

# Requests it knows of and does not do. The first that is found anywhere wins.
_NOT_YET: tuple[tuple[str, str], ...] = (
    (r"\binline\b|\binlining\b", "That kind of inlining"),
    (r"\b(?:unit\s+)?tests?\b|\btest\s+case|\bcoverage\b", "Writing tests"),
    (
        r"\bsignature\b|\b(?:add|remove|reorder|drop|make)\b.*\b(?:parameter|argument|param|keyword)s?\b",
        "That change of a signature",
    ),
    (r"\bmoderni[sz]e\b|\bupgrade\b|\bf-?strings?\b|\bpathlib\b|\bpython\s*3", "That conversion"),
    (
        r"\bsimplif|\bflatten\b|\bclean\s*up\b|\brefactor\b|\brestructure\b|\btidy\b|\breadab",
        "Rewriting code freely",
    ),
    (
        r"\bdead\s+code\b|\bunreachable\b|\bunused\s+(?:code|function|method|variable|class)",
        "That kind of removal",
    ),
    (r"\bextract\b|\bpull\b", "That kind of extraction"),
    (r"\bmove\b|\brelocate\b|\bsplit\b", "That kind of move"),
    (r"\bfix\b|\brepair\b|\bbug\b|\bbroken\b|\bcrash|\berror\b|\bfails?\b", "Fixing code"),
    (r"\btype\s*hints?\b|\bannotat|\btypes?\b.*\badd\b|\badd\b.*\btypes?\b", "Adding type hints"),
    (r"\bcomments?\b|\btranslate\b", "Writing comments"),
    (r"\brename\b", "That kind of rename"),
    (r"\bimports?\b", "That change of imports"),
    (r"\bdoc-?strings?\b|\bdocument", "That kind of documentation"),
    (r"\b(?:optimi[sz]e|faster|speed|perform)", "Making code faster"),
    (
        r"\b(?:implement|write|create|build|generate|add|convert|replace|remove|delete)\b",
        "Writing new code",
    ),
)


def at_once(text: str) -> Refusal | None:
    """The refusal of a request that says what not to do, or sets a limit nobody reads."""
    if _NEGATED.match(text):
        return Refusal("This says what not to do, so nothing is done.")
    limit = _RESTRICTED.search(text)
    if limit is not None:
        return Refusal(
            f"The builtin model does not read limits such as “{text[limit.start() :]}”; leave "
            "them out, and reject the hunks that are not wanted."
        )
    return None


def unwanted(text: str) -> bool:
    """Whether `text` says no more of a change than that it is not wanted."""
    return next(words.matches(_NOT_THIS, text), None) is not None


def not_understood(text: str) -> Refusal:
    """Why `text` is not done: something known that is not done, or nothing known."""
    for pattern, what in _NOT_YET:
        if re.search(pattern, text, re.IGNORECASE):
            return not_yet(what)
    return Refusal(f"The builtin model did not understand this. It can {CAN_DO}. {OTHERWISE}")
