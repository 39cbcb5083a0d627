"""Signatures: parameters added, removed, renamed, put in order, and their defaults."""

from __future__ import annotations

import re

from redline.core.builtin import words
from redline.core.builtin.intent import Intent, Question, Read
from redline.core.builtin.said import Rule, Said
from redline.core.builtin.words import (
    AND,
    AT,
    DOTTED,
    IDENT,
    NEW,
    OLD,
    PATH_WORD,
    QUOTE,
    REMOVE,
    THIS,
)

_PARAMETER = (
    r"(?:(?:keyword(?:-only)?|positional|optional|required|named|function|method|default|unused)\s+)*"
    r"(?:parameter|param|argument|arg|kwarg|(?P<loose>flag|option))"
)
_PLURAL = r"(?:parameters|params|arguments|args|kwargs)"
_PARAMETERS = rf"(?:{_PARAMETER}|{_PLURAL})"
# What stands before "parameter" without naming it.
_NO_PARAMETER = (
    r"(?!(?-i:unused|missing|optional|required|deprecated|obsolete|default|new|extra|another|other"
    r"|first|last|second|third|named|positional|keyword|constructor|function|method|the|some"
    r"|all|any|every|that|this|its|those|these)\b(?!['`\"]))"
)
_TYPE = r"`?(?P<type>[A-Za-z_][\w.]*(?:\[[^\]]*\])?(?:\s*\|\s*[A-Za-z_][\w.]*(?:\[[^\]]*\])?)*)`?"
_VALUE = (
    r"(?:`(?P<value>[^`]+)`|(?P<value>\"[^\"]*\"|'[^']*'|(?:an?\s+)?empty\s+string"
    r"|[\w.]*\([^()]*\)|[\[{][^\]}]*[\]}]|-?[^\s,;`'\"]+))"
)
_DECLARED = (
    rf"(?:`(?P<declared>[^`]+)`|['\"](?P<param>{IDENT})['\"]"
    rf"|{_NO_PARAMETER}(?P<param>{IDENT})(?:\s*:\s*{_TYPE})?(?:\s*=\s*{_VALUE})?)"
)
_EACH = rf"{QUOTE}?{_NO_PARAMETER}{IDENT}{QUOTE}?"
_ONE = rf"{QUOTE}?{_NO_PARAMETER}(?P<param>{IDENT}){QUOTE}?"
_MANY = rf"(?P<many>{_EACH}(?:(?:{AND}|\s+then\s+){_EACH})+)"

_NAMED = rf"{QUOTE}?(?!{_PARAMETERS}\b)(?P<old>{DOTTED})(?:\(\))?{QUOTE}?"
_NO_FILE = rf"(?!(?:the\s+)?(?:(?:file|module)\s+)?{QUOTE}?{PATH_WORD}{QUOTE}?(?:[\s:,]|$))"
_FUNCTION = rf"(?:{_NO_FILE}(?:{THIS}|(?:the\s+)?(?:function|method|class)\s+{_NAMED}|{OLD}))"
_OF = rf"(?:\s+(?:of|from|in|on|to|for)\s+{_FUNCTION})"
_IN = rf"(?:\s+(?:of|in|on|for)\s+{_FUNCTION})"
_WHOSE = rf"(?:(?:{_NAMED}'s|its|the|this\s+(?:function|method)'s)\s+)"
_LIST = r"(?:(?:parameter|argument)\s+list|parameters|params|arguments|args|signature)"

_PASSED = (
    r"(?P<through>(?:pass|thread|forward|hand|propagate|plumb)(?:ing)?\s+(?:it|them|that|this)"
    r"(?:\s+(?:through|along|on|down|over))*(?:\s+(?:to|from|in|by|through)\s+"
    r"(?:(?:all|the|its|every)\s+)*(?:callers?|call\s+sites?|calls?|everything))?)"
)
_CALLERS = r"(?:(?:all|every|the|its|existing)\s+)*(?:callers?|call\s+sites?|calls?)"
_DETAIL = (
    rf"(?:\s+\(\s*(?:with\s+)?(?:the\s+)?default(?:s\s+to)?\s*(?:[=:]|of|is)?\s*{_VALUE}\s*\)|,?\s+(?:and\s+|,\s*)?(?:"
    rf"(?:(?:with|of|having)\s+)?(?:(?:a|the)\s+)?(?:type\s+(?:of\s+)?|typed\s+(?:as\s+)?|annotated\s+(?:as\s+)?)(?:an?\s+)?{_TYPE}"
    rf"|(?:as\s+an?\s+){_TYPE}"
    rf"|(?:(?:with|having|and)\s+)?(?:(?:a|the|its)\s+)?default(?:\s+value)?(?:\s+(?:of|is|to|being|set\s+to))?(?:\s*=\s*|\s+){_VALUE}"
    rf"|(?:which|that|and)?\s*default(?:s|ing)\s+to\s+{_VALUE}"
    rf"|(?:which|that)\s+(?:is|should\s+be)\s+{_VALUE}\s+by\s+default"
    rf"|{_PASSED}"
    rf"|pass(?:ing)?\s+`?(?P<passed>[^`]+?)`?\s+(?:from|in|at)\s+{_CALLERS}"
    rf"|(?:let\s+|make\s+|have\s+)?{_CALLERS}\s+(?:should\s+)?pass(?:ing)?\s+`?(?P<passed>[^`\s]+)`?"
    rf"|(?:to|in|on|for)\s+(?:{_WHOSE}{_LIST}(?:\s+of\s+{_FUNCTION})?|{_FUNCTION})"
    r"))"
)
_NEW = r"(?:new|extra|additional|required|named|keyword(?:-only)?|(?P<optional>optional))"
_ADD = (
    r"(?:add|introduce|insert|append|include)\s+(?:(?:an?|the|another)\s+)?"
    rf"(?:{_NEW}\s+)*"
)
_BASIC = r"(?:(?P<basic>int|integer|str|string|float|bool|boolean|bytes|list|dict)\s+)?"
_DECLARATION = (
    rf"(?:{_BASIC}{_PARAMETER},?\s+(?:{words.CALLED})?{_DECLARED}"
    rf"|(?!(?:an?|the|some|new)\s){_DECLARED}\s+(?:as\s+(?:an?\s+)?(?:new\s+)?)?"
    rf"{_BASIC}{_PARAMETER})"
)

_ADDED = (
    rf"{_ADD}{_DECLARATION}{_DETAIL}*",
    rf"{_ADD}{_DECLARED}\s+to\s+(?:{_WHOSE}{_LIST}(?:\s+of\s+{_FUNCTION})?){_DETAIL}*",
    rf"give\s+{_FUNCTION}\s+(?:an?\s+)?(?:{_NEW}\s+)*{_DECLARATION}{_DETAIL}*",
    rf"(?:(?:make|let|have)\s+)?{_FUNCTION}\s+(?:(?:should|must|needs\s+to)\s+)?"
    rf"(?:accepts?|takes?|have|has|gets?)\s+(?:an?\s+)?(?:{_NEW}\s+)*{_DECLARATION}{_DETAIL}*",
    rf"add\s+`(?P<declared>{IDENT}\s*[:=][^`]+)`\s+to\s+{_FUNCTION}{_DETAIL}*",
    rf"add\s+{_ONE}\s*(?::\s*{_TYPE}(?:\s*=\s*{_VALUE})?|=\s*{_VALUE})\s+to\s+{_FUNCTION}{_DETAIL}*",
)
_ADDED_MANY = (rf"{_ADD}{_PLURAL}\s+{_MANY}(?:{_OF})?", rf"{_ADD}{_MANY}\s+{_PLURAL}{_OF}?")
_REMOVED = (
    rf"{REMOVE}\s+(?:the\s+)?(?:(?:now\s+)?(?:unused|obsolete|unneeded|unnecessary|old)\s+)*"
    rf"(?:{_PARAMETER}\s+{_ONE}|{_PLURAL}\s+{_MANY}|{_ONE}\s+{_PARAMETER}|{_MANY}\s+{_PLURAL}){_OF}?",
    rf"{REMOVE}\s+{_ONE}\s+from\s+(?:the\s+)?{_LIST}{_OF}?",
    rf"{REMOVE}\s+{_ONE}\s+from\s+{_WHOSE}{_LIST}",
    rf"{REMOVE}\s+{_WHOSE}(?:{_ONE}\s+{_PARAMETER}|{_PARAMETER}\s+{_ONE})",
    rf"{_FUNCTION}\s+(?:should\s+(?:not|no\s+longer)|does\s+not|doesn't|no\s+longer)\s+(?:takes?|needs?|accepts?)"
    rf"\s+(?:(?:an?|the)\s+)?(?:{_ONE}\s+{_PARAMETER}|(?:{_PARAMETER}\s+)?{_ONE})"
    r"(?:\s+any\s*more|\s+any\s+longer)?",
)
_RENAMED = (
    rf"rename\s+(?:the\s+)?(?:{_PARAMETER}\s+{_ONE}|{_ONE}\s+{_PARAMETER}){_IN}\s+(?:to|as|into)\s+{NEW}",
    rf"rename\s+(?:the\s+)?(?:{_PARAMETER}\s+{_ONE}|{_ONE}\s+{_PARAMETER})\s+(?:to|as|into)\s+{NEW}{_IN}",
    rf"rename\s+{_WHOSE}(?:{_ONE}\s+{_PARAMETER}|{_PARAMETER}\s+{_ONE})\s+(?:to|as|into)\s+{NEW}",
    rf"in\s+{_FUNCTION},?\s+rename\s+(?:the\s+)?(?:{_PARAMETER}\s+{_ONE}|{_ONE}\s+{_PARAMETER})\s+(?:to|as)\s+{NEW}",
)
_REORDER = r"(?:reorder|re-order|rearrange|order|arrange|sort|put|change\s+the\s+order\s+of)"
_AS = (
    r"(?:\s+(?:to(?:\s+be)?|as|into|in\s+the\s+order(?:\s+of)?|so\s+that\s+it\s+is"
    r"|like\s+this:?)|\s*:)"
)
_ORDERED = (
    rf"{_REORDER}\s+(?:{_WHOSE}|the\s+)?{_LIST}(?:{_OF})?{_AS}\s+\(?{_MANY}\)?",
    rf"(?:the\s+)?{_LIST}{_OF}\s+should\s+be(?:\s+in\s+the\s+order)?\s+\(?{_MANY}\)?",
)
_FIRST = (
    rf"make\s+(?:the\s+{_PARAMETER}\s+)?{_ONE}\s+(?:the\s+)?first(?:\s+{_PARAMETER})?{_OF}?",
    rf"(?:move|put)\s+(?:the\s+)?(?:{_PARAMETER}\s+{_ONE}|{_ONE}\s+{_PARAMETER})\s+(?:first|to\s+the\s+front){_OF}?",
)
_UNORDERED = (
    rf"(?:reorder|re-order|rearrange|swap|change\s+the\s+order\s+of)\s+(?:{_WHOSE}|the\s+)?{_LIST}{_OF}?",
    rf"(?:swap|exchange)\s+(?:the\s+order\s+of\s+)?(?:the\s+)?(?:{_PLURAL}\s+)?{_MANY}{_OF}",
    rf"(?:move|put)\s+(?:the\s+)?(?:{_PARAMETER}\s+)?{_ONE}\s+(?:before|after|behind)\s+{IDENT}{_OF}",
)
_PARAM = rf"(?:(?:the\s+)?(?:{_PARAMETER}\s+)?{_ONE}(?:\s+{_PARAMETER})?)"
_DEFAULT = r"(?:the\s+)?default(?:\s+(?:value|argument))?"
_DEFAULTS = (
    rf"(?:set|change|make|update)\s+{_DEFAULT}\s+(?:of|for)\s+{_PARAM}{_OF}?\s+(?:to|be)\s+{_VALUE}{_OF}?",
    rf"(?:make|let|have)\s+{_PARAM}{_OF}?\s+default\s+to\s+{_VALUE}{_OF}?",
    rf"give\s+{_PARAM}{_OF}?\s+(?:a|the)\s+default(?:\s+value)?(?:\s+of)?\s+{_VALUE}{_OF}?",
    rf"{_PARAM}{_OF}?\s+(?:should|must)\s+default\s+to\s+{_VALUE}{_OF}?",
    rf"make\s+{_PARAM}\s+(?P<optional>optional){_OF}?",
    rf"(?:set|change|make|update)\s+{_WHOSE}default\s+(?:(?:value\s+)?(?:of|for)\s+)?{_ONE}\s+(?:to|be)\s+{_VALUE}",
)
_OPEN = (rf"(?:change|edit|modify|update)\s+the\s+(?:signature|parameters|arguments){_OF}?",)

_ENGLISH = {
    "true": "True", "false": "False", "none": "None", "null": "None", "empty string": '""',
    "an empty string": '""', "string": "str", "integer": "int", "boolean": "bool",
}  # fmt: skip
_DECLARATION_OF = re.compile(
    rf"(?P<name>{IDENT})\s*(?::\s*(?P<type>[^=]+?)\s*)?(?:=\s*(?P<value>.+))?"
)


def _added(said: Said) -> Read | None:
    name, type_, value = said.of("param"), said.of("type"), said.of("value")
    if said.of("loose") and not _target(said):
        return None
    if said.of("declared"):
        found = _DECLARATION_OF.fullmatch(said.of("declared").strip())
        if found is None:
            return None
        name = found["name"]
        type_, value = found["type"] or type_, found["value"] or value
    type_ = type_ or said.of("basic")
    value = value or ("None" if said.of("optional") else "")
    declared = f"add {name}" + (f": {_code(type_)}" if type_ else "")
    changes = [declared + (f" = {_code(value)}" if value else "")]
    if said.of("passed"):
        changes.append(f"pass {name} {said.of('passed')}")
    elif said.of("through"):
        changes.append(f"pass {name}")
    return _of(said, *changes)


def _target(said: Said) -> bool:
    """Whether a function is named: without one, a flag or option may be anything."""
    return bool(said.name() or said.of("pronoun") or said.of("around"))


def _added_many(said: Said) -> Read:
    return _of(said, *(f"add {name}" for name in _many(said)))


def _removed(said: Said) -> Read | None:
    if said.of("loose") and not _target(said):
        return None
    return _of(said, *(f"remove {name}" for name in _many(said) or (said.of("param"),)))


def _renamed(said: Said) -> Read:
    return _of(said, f"rename {said.of('param')} {said.new}")


def _ordered(said: Said) -> Read:
    return _of(said, f"order {', '.join(_many(said))}")


def _first(said: Said) -> Read:
    return _of(said, f"order {said.of('param')}")


def _unordered(said: Said) -> Read:
    about = said.about(Intent("signature"))
    return Question("In which order should the parameters be, for example: b, a?", about, "changes")


def _defaulted(said: Said) -> Read:
    value = "None" if said.of("optional") else _code(said.of("value"))
    return _of(said, f"default {said.of('param')} {value}")


def _open(said: Said) -> Read:
    about = said.about(Intent("signature"))
    text = "What should be changed, for example: add timeout: float = 30, or remove timeout?"
    return Question(text, about, "changes")


def _of(said: Said, *changes: str) -> Intent:
    return said.about(Intent("signature", changes=tuple(changes)))


def _many(said: Said) -> tuple[str, ...]:
    parts = re.split(rf"{AND}|\s+then\s+", said.of("many"))
    return tuple(part.strip("`'\" ") for part in parts if part.strip("`'\" "))


def _code(text: str) -> str:
    """A type or a value as code: English words for some, `True` however it was written."""
    return _ENGLISH.get(text.lower(), text.strip())


_WORDS = r"param|\barg|kwarg|flag|option|signature"
_ORDER = r"order|arrange|sort|put|swap|should"


def _anywhere(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns, with the file behind them, or the line."""
    return tuple(f"{pattern}{AT}" for pattern in patterns)


RULES = (
    Rule(_anywhere(_RENAMED), _renamed, rf"rename.*(?:{_WORDS})|(?:{_WORDS}).*rename"),
    Rule(_anywhere(_ADDED_MANY), _added_many, _WORDS),
    Rule(_anywhere(_ADDED), _added, rf"{_WORDS}|^add .*[:=]"),
    Rule(_anywhere(_REMOVED), _removed, rf"{_WORDS}|not|n't|no longer"),
    Rule(_anywhere(_ORDERED), _ordered, _ORDER),
    Rule(_anywhere(_FIRST), _first, "first|front"),
    Rule(_anywhere(_UNORDERED), _unordered, rf"{_ORDER}|exchange|move"),
    Rule(_anywhere(_DEFAULTS), _defaulted, "default|optional"),
    Rule(_anywhere(_OPEN), _open, _WORDS),
)


def changes_in(answer: str) -> tuple[str, ...]:
    """The changes that the answer to a question says; an order of names where it lists them."""
    if re.match(r"(?:add|remove|rename|order|default|pass)\s", answer):
        return tuple(part.strip() for part in answer.split(";") if part.strip())
    names = tuple(part.strip("`'\"() ") for part in re.split(rf"{AND}|\s*,\s*|\s+", answer))
    return (f"order {', '.join(name for name in names if name)}",)
