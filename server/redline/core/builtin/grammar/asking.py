"""Questions about code: what it is, who calls it, which tests run it, where to look."""

from __future__ import annotations

import re

from redline.core.builtin.intent import Intent, Read
from redline.core.builtin.said import Rule, Said
from redline.core.builtin.words import AT, OLD, PATH, RANGE, SELECTION, THIS, THIS_FILE

_EXPLAIN = (
    r"(?:explain(?:\s+to\s+me)?|describe|summari[sz]e|tell\s+me\s+(?:more\s+)?about|walk\s+me\s+through"
    r"|outline|give\s+me\s+(?:an\s+overview|an\s+outline|a\s+summary)\s+of|show\s+me|look\s+up|what\s+is"
    r"|what's|what\s+are|find|why\s+do\s+we\s+have)"
)
_ASKED = (
    r"(?:what\s+(?:does|do)|how\s+(?:does|do)|where\s+(?:is|are)|how\s+is)\s+{0}\s*(?:{at})?"
    r"\s+(?:do|work|mean|called|defined|for|return|declared|implemented)"
)


def _asked(what: str) -> str:
    return _ASKED.replace("{0}", what).replace("{at}", AT)


_EXPLAINED = (
    rf"{_EXPLAIN}\s+(?:what\s+)?(?P<file>{THIS_FILE})(?:\s+(?:does|is\s+for|contains))?",
    rf"{_EXPLAIN}\s+(?:the\s+(?:file|module)\s+)?{PATH}(?::(?P<path_line>\d+))?",
    _asked(rf"(?P<file>{THIS_FILE})"),
    _asked(rf"(?:the\s+file\s+)?{PATH}"),
    rf"{_EXPLAIN}\s+(?:what\s+)?(?P<this>{THIS}|{SELECTION})(?:\s+(?:does|is|means|for))*{AT}",
    _asked(rf"(?P<this>{THIS}|{SELECTION})"),
    rf"{_EXPLAIN}\s+(?:(?:what|how)\s+)?{OLD}(?:\s+(?:does|is|works?|means|for))*{AT}",
    _asked(OLD),
    rf"{_EXPLAIN}\s+{RANGE}{AT}",
    r"explain",
)

_OF = rf"(?:{THIS}|{OLD}){AT}"
_LIST = (
    r"(?:(?:find|show(?:\s+me)?|list|give\s+me|what\s+are|who\s+are|get)\s+)?"
    r"(?:(?:all|the|every)\s+)*"
)
_CALLERS = (
    rf"(?:who|what|which\s+(?:functions?|methods?|code))\s+(?:calls?|invokes?)\s+{_OF}",
    rf"{_LIST}(?:callers|calls|call\s+sites)\s+(?:of|to)\s+{_OF}",
    rf"(?:where|from\s+where|by\s+whom)\s+(?:is|are)\s+{_OF}\s+(?:called|invoked)(?:\s+from)?",
    rf"where\s+do\s+we\s+call\s+{_OF}",
)
_CALLEES = (
    rf"what\s+(?:functions?\s+)?(?:does|do)\s+{_OF}\s+(?:call|invoke)",
    rf"{_LIST}callees\s+of\s+{_OF}",
    rf"(?:what|which\s+functions?)\s+(?:is|are)\s+called\s+(?:by|in|from)\s+{_OF}",
)
_USES = (
    rf"(?:who|what|which\s+(?:code|files?|modules?))\s+(?:uses?|references?|mentions?)\s+{_OF}",
    rf"{_LIST}(?:usages?|uses|references|occurrences|mentions)\s+(?:of|to)\s+{_OF}",
    rf"where\s+(?:is|are)\s+{_OF}\s+(?:used|referenced|mentioned)",
    rf"where\s+do\s+we\s+(?:use|reference)\s+{_OF}",
    rf"is\s+{_OF}\s+(?:still\s+)?used(?:\s+anywhere)?",
)
_TESTS = (
    rf"(?:which|what)\s+tests?\s+(?:cover|covers|test|run|runs|exercise|call|check|use|are\s+there\s+for|exist\s+for)\s+{_OF}",
    rf"{_LIST}tests?\s+(?:for|of|covering|that\s+(?:cover|run|exercise|test))\s+{_OF}",
    rf"(?:what|who)\s+tests\s+{_OF}",
    rf"(?:which|what)\s+tests?\s+(?:should|must|do)\s+(?:i|we)\s+(?:need\s+to\s+)?run\s+(?:if|when|after)\s+(?:i|we)\s+(?:change|edit|touch)\s+{_OF}",
    rf"(?:is|are)\s+{_OF}\s+(?:tested|covered)(?:\s+by\s+(?:any\s+)?tests?)?",
    rf"(?:how|where)\s+is\s+{_OF}\s+(?:tested|covered)",
    rf"are\s+there\s+(?:any\s+)?tests\s+for\s+{_OF}",
)
_MODULE = rf"(?:(?P<file>{THIS_FILE})|(?:the\s+(?:file|module)\s+)?{PATH})"
_IMPORTERS = (
    rf"(?:who|what|which\s+(?:files?|modules?|code))\s+(?:imports?|depends?\s+on|uses?)\s+{_MODULE}",
    rf"{_LIST}(?:importers|imports)\s+of\s+{_MODULE}",
    rf"what\s+does\s+{_MODULE}\s+(?:import|depend\s+on)",
    rf"where\s+is\s+{_MODULE}\s+(?:imported|used)",
)
_SEARCHES = (
    r"(?:search|look|grep)\s+(?:for\s+|the\s+code\s*base\s+for\s+)?(?P<query>.+)",
    r"find\s+(?:me\s+)?(?:the\s+)?(?:code|places?|files?|where|anything|everything|something)\s+"
    r"(?:that|which|where|for|about|to\s+do\s+with|related\s+to)?\s*(?P<query>.+)",
)
_QUESTION = re.compile(
    r"(?:what|where|which|who|why|how|when|is|are|does|do|can|could|explain|describe|find|show"
    r"|tell\s+me|look\s+for|search(?:\s+for)?|list|summari[sz]e|walk\s+me)\b(?P<words>.*)",
    re.IGNORECASE | re.DOTALL,
)


def _explained(said: Said) -> Read:
    name = said.name()
    intent = Intent("explain", name)
    if said.range:
        return said.placed(intent, line=said.range[0])
    cursor = not (name or said.of("file") or said.elsewhere)
    return said.placed(intent, cursor=cursor)


def _callers(said: Said) -> Read:
    return said.about(Intent("callers"))


def _callees(said: Said) -> Read:
    return said.about(Intent("callees"))


def _uses(said: Said) -> Read:
    return said.about(Intent("references"))


def _tests(said: Said) -> Read:
    return said.about(Intent("tests"))


def _importers(said: Said) -> Read:
    return Intent("importers", path=said.path or said.goal.path)


def _searched(said: Said) -> Read:
    return Intent("search", code=said.of("query"))


def search(action: str, instruction: str, text: str) -> Intent | None:
    """A question in free words becomes a search of the index: it promises no more than that."""
    found = _QUESTION.fullmatch(text)
    asked = action in ("explain", "ask") or instruction.rstrip().endswith("?")
    if found is None or not asked:
        return None
    return Intent("search", code=found["words"].strip() or text)


_TELL = r"explain|describ|summar|tell|walk|outline|overview|show|look"

RULES = (
    Rule(_IMPORTERS, _importers, r"import|depend|use"),
    Rule(_TESTS, _tests, r"test|cover"),
    Rule(_CALLERS, _callers, r"call|invo"),
    Rule(_CALLEES, _callees, r"call|invo"),
    Rule(_USES, _uses, r"use|usage|referenc|occur|mention"),
    Rule(_EXPLAINED, _explained, rf"wh|how|find|{_TELL}"),
    Rule(_SEARCHES, _searched, r"search|look|grep|find"),
)
