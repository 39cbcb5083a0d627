"""Renames of symbols."""

from __future__ import annotations

from redline.core.builtin import words
from redline.core.builtin.intent import Intent, Question, Read, Refusal
from redline.core.builtin.said import Rule, Said, dotted
from redline.core.builtin.words import (
    AT,
    DOTTED,
    IDENT,
    KIND,
    NAME,
    NEW,
    OLD,
    QUOTE,
    THIS,
    TO,
)

_VERB = r"(?:rename|rename\s+all\s+(?:uses|occurrences)\s+of|re-name|change\s+(?:the\s+)?name\s+of)"
_BE_CALLED = (
    r"(?:should|ought\s+to|must|needs\s+to|has\s+to)\s+be\s+(?:called|named|renamed\s+to|renamed)"
)
_BETTER = r"(?:an?\s+(?:better|clearer|different|new|other|proper|good)\b.*|something\b.*)"

_THIS = (
    rf"{_VERB}\s+{THIS}{AT}{TO}{NEW}{AT}",
    rf"rename\s+(?:to|as)\s+{NEW}{AT}",
    rf"(?:call|name)\s+{THIS}\s+{NEW}{AT}",
    rf"(?:give\s+{THIS}\s+the\s+name)\s+{NEW}{AT}",
    rf"{THIS}\s+{_BE_CALLED}\s+{NEW}{AT}",
    rf"change\s+(?:the|its|this)\s+name\s+to\s+{NEW}{AT}",
)
_NAMED = (
    rf"{_VERB}\s+{OLD}{AT}{TO}{NEW}{AT}",
    rf"{_VERB}\s+(?:the\s+)?{KIND}\s+{NAME}\s+(?:of|in|from)\s+(?:the\s+)?"
    rf"(?:class|interface|struct|enum)\s+{QUOTE}?(?P<owner>{DOTTED}){QUOTE}?{TO}{NEW}{AT}",
    rf"change\s+the\s+{KIND}(?:'s)?\s+name\s+{NAME}\s+to\s+{NEW}{AT}",
    rf"{OLD}\s+{_BE_CALLED}\s+{NEW}{AT}",
    rf"(?:call|name)\s+{OLD}\s+{NEW}{AT}",
    rf"give\s+{OLD}\s+the\s+name\s+{NEW}{AT}",
    rf"(?:replace|change)\s+the\s+name\s+{OLD}\s+(?:with|by|to)\s+{NEW}{AT}",
)
# "change foo to static" is no rename: these count only where both sides look like code.
_CODE = (
    rf"(?:change|replace)\s+{OLD}{AT}\s+(?:to|with|by)\s+{NEW}{AT}",
    rf"{OLD}\s+(?:->|=>|→)\s+{NEW}{AT}",
    rf"s/(?P<old>{DOTTED})/(?P<new>{IDENT})/g?(?P<quoted>(?!))?",
)
_OPEN = (
    rf"{_VERB}\s+(?:(?P<this>{THIS})|{OLD}){AT}(?:\s+(?:to\s+)?{_BETTER})?",
    rf"(?:find|give|pick|suggest|choose)\s+(?:me\s+)?(?:(?P<this>{THIS})\s+)?{_BETTER}\s*(?:name)",
    r"rename",
)


def _this(said: Said) -> Read:
    return said.placed(Intent("rename", new_name=said.new), cursor=True)


def _named(said: Said) -> Read:
    old, new = said.name(), dotted(said.new)
    owner = said.name("owner")
    old = f"{owner}.{old}" if owner else old
    head, _, last = new.rpartition(".")
    if head:
        if head != old.rpartition(".")[0]:
            return Refusal(
                f"A rename keeps a symbol where it is: `{new}` would be another place than `{old}`."
            )
        new = last
    return said.placed(Intent("rename", old, new))


def _code(said: Said) -> Read | None:
    new = "quoted" if said.of("quoted") else "new"
    both = all(
        words.quoted(said.found, name) or words.code_like(said.of(name)) for name in ("old", new)
    )
    return _named(said) if both or said.found.string.startswith("s/") else None


def _open(said: Said) -> Read:
    intent = said.about(Intent("rename"))
    if not intent.name and not intent.line:
        return Refusal("Say what to rename and to what, for example: rename `old` to `new`.")
    what = f"`{intent.name}`" if intent.name else f"the symbol at line {intent.line}"
    return Question(f"What should {what} be called?", intent, "new_name")


_NAME = r"name|call"

RULES = (
    Rule(_THIS, _this, _NAME),
    Rule(_NAMED, _named, _NAME),
    Rule(_CODE, _code, r"change|replace|[-=]>|→|^s/"),
    Rule(_OPEN, _open, _NAME),
)
