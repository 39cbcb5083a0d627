"""The words requests are made of, as patterns, and how a request is matched against them.

A pattern of the grammar must match a whole request, or a whole part of one: what has a word
nobody read is not understood, rather than half done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

QUOTE = "[`'\"]"
IDENT = r"#?(?:[^\W\d]|\$)[\w$]*"
DOTTED = rf"{IDENT}(?:(?:\.|::|#){IDENT})*"
KIND = (
    r"(?:(?:local|global|module-level|instance|class|private|public|static|async|helper|test"
    r"|unused|dead|obsolete|top-level)\s+)?"
    r"(?:function|method|class|variable|constant|const|parameter|param|argument|attribute|property"
    r"|symbol|identifier|field|local|type|interface|enum|struct|helper|component|hook|member"
    r"|dataclass)"
)
KINDS = rf"(?:{KIND}|functions|methods|classes|variables|constants|symbols|types|helpers)"
THING = (
    r"(?:code|block|lines?|part|piece|section|snippet|statements?|selection|chunk|loop|bit"
    r"|expression|value|literal|string|number|condition)"
)
_CURSOR = r"(?:\s+(?:here|under\s+the\s+cursor|at\s+the\s+cursor))?"
_PRONOUN = (
    r"(?P<pronoun>it|that|them|they"
    rf"|(?:the|that)\s+(?:(?:new|renamed|moved|extracted|resulting)\s+)?{KIND})"
)
THIS = (
    r"(?:(?:(?:this|the\s+current|the\s+selected)\s+"
    rf"(?:(?P<around>function|method|class)|{KIND}|name|one)|{_PRONOUN}|this)"
    rf"{_CURSOR})"
)
SELECTION = (
    rf"(?:(?:this|that|these|those|the(?:\s+(?:selected|highlighted|current))?)\s+{THING}(?:\s+of\s+code)?"
    r"|the\s+selection|selection|it|this|that|these|those)"
)
PATH_WORD = (
    r"(?:[\w.@+~-]+[/\\])*[\w.@+~-]+\.(?:pyi?|[cm]?[jt]sx?|go|rs|java|kt|scala|swift|rb|php|lua"
    r"|exs?|c|h|cc|cpp|hpp|cs|sh|toml|ya?ml|json|md|vue|svelte)|(?:[\w.@+~-]+/)+[\w.@+~-]*"
)
PATH = rf"{QUOTE}?(?P<path>{PATH_WORD}){QUOTE}?"
THIS_FILE = (
    r"(?:this|the|the\s+current|the\s+whole|the\s+entire|this\s+whole)\s+(?:file|module|script)"
)
EVERYWHERE = (
    r"(?P<everywhere>everywhere|throughout|globally|(?:across|throughout|in)\s+"
    r"(?:all(?:\s+(?:the|my|our))?\s+files"
    r"|the\s+(?:whole\s+|entire\s+)?(?:project|code\s?base|repo(?:sitory)?|workspace)))"
    r"(?:\s+(?:it|they)\s+(?:is|are|occurs?|appears?)(?:\s+(?:used|called|named))?)?"
)
LINE_NUMBER = r"(?:on|at|in|of)\s+line\s+(?P<line>\d+)"
AT = (
    rf"(?:,?\s+(?:(?P<here>(?:in|of|from|within|for)\s+{THIS_FILE})|{LINE_NUMBER}"
    rf"|(?:in|of|from|at|within|inside)\s+(?:the\s+(?:file|module)\s+|file\s+)?{PATH}"
    rf"(?::(?P<path_line>\d+))?|{EVERYWHERE}))*"
)
DASH = r"\s*(?:-|–|—|to|through|until|till|\.\.+|and)\s*"
RANGE = rf"(?:lines?\s+|l)?(?P<first>\d+)(?:{DASH}(?:lines?\s+|l)?(?P<last>\d+))?"

# Words that name nothing unless they stand in quotes.
_NO_NAME = (
    r"(?!an?\s+(?!(?:to|and|into|with|by|as|from|of|in|on|at)\b)\w)"
    r"(?!(?-i:everything|anything|all|every|each|some|something|nothing|stuff|things?|code"
    r"|variables?|functions?|methods?|class(?:es)?|parameters?|arguments?|constants?|symbols?"
    r"|names?|files?|modules?|is|are|was|be|the|and|or|not|no|on|up|to"
    r"|in|out|of|it|its|this|that|these|those|them|they|here|there|my|our|with|from|by|so"
    r"|always|never|only|please|again)(?![\w.`'\"(]))"
)
NAME = rf"{QUOTE}?{_NO_NAME}(?P<old>{DOTTED})(?:\(\))?{QUOTE}?"
# A name as it is written in a request: bare, quoted, or with `()`, perhaps with its kind.
OLD = rf"(?:(?:the\s+)?{KIND}\s+|the\s+)?{NAME}(?:\s+{KIND})?"
NEW = rf"(?:{QUOTE}(?P<quoted>[^`'\"]+){QUOTE}|(?P<new>[^\s`'\",;]+?)(?:\(\))?)"
TARGET = rf"(?:{THIS}|{OLD})"
_NAMED = rf"(?:(?:the\s+)?{KINDS}\s+|the\s+)?{QUOTE}?{_NO_NAME}{DOTTED}(?:\(\))?{QUOTE}?"
AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
NAMES = rf"(?P<names>{_NAMED}(?:{AND}{_NAMED})*)(?:\s+{KINDS})?"
TO = r"\s*(?:->|=>|→|\s(?:to|into|as|to\s+be|to\s+be\s+called|so\s+it\s+is\s+called)\s)\s*"
REMOVE = (
    r"(?:remove|drop|delete|get\s+rid\s+of|eliminate|strip(?:\s+out)?|prune|throw\s+(?:out|away)"
    r"|erase)"
)
CALLED = r"(?:(?:called|named|call\s+it|name\s+it)\s+)"

_POLITE = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|please|pls|kindly|now|so|just|redline|agent|todo|then|also|next"
    r"|finally|lastly|afterwards|after\s+that|firstly|secondly)\b\s*[,:!]?\s*"
    r"|(?:can|could|would|will)\s+(?:you|we)\s+|i(?:'d|\s+would)\s+like\s+(?:you\s+)?to\s+"
    r"|i(?:'d|\s+would)\s+like\s+(?=\w+strings?|docs)|i\s+(?:want|need)\s+(?:you\s+)?to\s+"
    r"|let'?s\s+|let\s+us\s+|help\s+me\s+(?:to\s+)?|(?:we|you|i)\s+should\s+|go\s+ahead\s+and\s+"
    r"|no\s*,\s+(?=(?:re-?name|call|name|extract|give)\b)|(?:quickly|simply|maybe|first)\s+"
    r"|(?:would|do)\s+you\s+mind\s+|(?:it\s+would\s+be\s+(?:nice|great|good)\s+to)\s+)+",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:[,;]?\s+(?:please|pls|thanks|thank\s+you|for\s+me|right\s+now|now|instead|ok|if\s+you\s+can"
    r"|if\s+possible|as\s+well|too|afterwards|for\s+(?:clarity|consistency|readability)"
    r"|(?:because|since|so\s+that|as\s+it\s+is)\s.*)|[\s.!?;,]+)$",
    re.IGNORECASE | re.DOTALL,
)
_CURLY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "´": "`", "\u00a0": " "})


def plain(instruction: str) -> str:
    """The request with straight quotes and single spaces."""
    return " ".join(instruction.translate(_CURLY).split())


def tidied(instruction: str) -> str:
    """The request without politeness, reasons and final punctuation, quotes made plain."""
    text = _POLITE.sub("", plain(instruction))
    while True:
        shorter = _ENDING.sub("", text)
        if shorter == text:
            return text
        text = shorter


def matched(pattern: str, text: str) -> re.Match[str] | None:
    """The match of all of `text`, with no regard to case."""
    return _compiled(pattern).fullmatch(text)


def matches(patterns: tuple[str, ...], text: str) -> Iterator[re.Match[str]]:
    """The whole-text matches of `patterns`, in order."""
    for pattern in patterns:
        found = matched(pattern, text)
        if found is not None:
            yield found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_renumbered(pattern), re.IGNORECASE)


def _renumbered(pattern: str) -> str:
    """`pattern` with repeated group names told apart (`path`, `path_2`, ...)."""
    seen: dict[str, int] = {}

    def name(found: re.Match[str]) -> str:
        group = found.group(1)
        seen[group] = seen.get(group, 0) + 1
        return f"(?P<{group}{'' if seen[group] == 1 else f'_{seen[group]}'}>"

    return re.sub(r"\(\?P<(\w+)>", name, pattern)


def group(found: re.Match[str], name: str) -> str:
    """What the group `name`, or one of its repetitions, matched; '' for nothing."""
    return next((str(value) for _, value in _repetitions(found, name) if value), "")


def _repetitions(found: re.Match[str], name: str) -> Iterator[tuple[str, str | None]]:
    values, number, key = found.groupdict(), 1, name
    while key in values:
        yield key, values[key]
        number += 1
        key = f"{name}_{number}"


def quoted(found: re.Match[str], name: str) -> bool:
    """True when the group stands in quotes or is written as a call."""
    key = next((key for key, value in _repetitions(found, name) if value), "")
    if not key:
        return False
    start, end = found.start(key), found.end(key)
    around = found.string[max(0, start - 1) : start] + found.string[end : end + 1]
    return any(mark in around for mark in "`'\"(")


def code_like(text: str) -> bool:
    """True for a word that is plainly an identifier: `_`, a dot, a digit, a capital inside."""
    return bool(re.search(r"[_.$\d]|[a-z][A-Z]|^[A-Z]", text))


_LISTED = re.compile(rf"{QUOTE}?(?P<name>{DOTTED})(?:\(\))?{QUOTE}?")
_KIND_WORD = re.compile(rf"(?:the\s+)?{KINDS}\s+(?={QUOTE}?[^\W\d])|the\s+", re.IGNORECASE)


def listed(text: str) -> tuple[str, ...]:
    """The names of a list in words: "the class `Foo`, Bar and baz()"."""
    names = []
    for part in re.split(AND, text):
        found = _LISTED.search(_KIND_WORD.sub("", part, count=1))
        names += [found["name"]] if found else []
    return tuple(names)
