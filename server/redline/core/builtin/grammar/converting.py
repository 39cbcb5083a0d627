"""Known idioms, dead code, and code that is replaced by its shape."""

from __future__ import annotations

import re
from dataclasses import replace

from redline.core.builtin import words
from redline.core.builtin.intent import FILE_BY_FILE, Intent, Question, Read, Refusal
from redline.core.builtin.said import Rule, Said
from redline.core.builtin.words import (
    AT,
    EVERYWHERE,
    KINDS,
    OLD,
    PATH,
    RANGE,
    REMOVE,
    SELECTION,
    THIS,
    THIS_FILE,
)

_CONVERT = (
    r"(?:convert|turn|change|rewrite|refactor|transform|migrate|move|switch|port|make|translate"
    r"|update|upgrade)"
)
_TO = r"(?:\s+(?:over\s+)?(?:to|into|as)(?:\s+(?:use|using|be))?)"
_USE = r"(?:use|using|adopt|prefer)"
_SCOPE = (
    rf"(?:(?P<file>{THIS_FILE}|everything|all\s+of\s+it)|{RANGE}|{PATH}"
    rf"|(?P<this>{THIS}|{SELECTION})|{OLD})"
)
_HERE = (
    rf"(?:,?\s+(?:(?P<cursor>here)|(?:in|on|for|of)\s+{_SCOPE}|(?:in|on)\s+{THIS_FILE}"
    rf"|{EVERYWHERE}))*"
)

_FSTRINGS = r"(?:an?\s+)?(?:f-?\s?strings?|formatted\s+string\s+literals?|string\s+interpolation)"
_FORMATS = (
    r"(?:(?:all|the|these|those|any|old|old-style)\s+)*(?P<format>%[\s-]?(?:formatting|format(?:s|ting)?|strings?|operator)?"
    r"|percent[\s-]format(?:ting|s)?|`?(?:str)?\.format(?:\(\))?`?(?:\s+(?:calls?|strings?))?"
    r"|format\s*(?:\(\)|calls?|strings?)|string\s+(?:formatting|concatenations?)|strings?|\+\s*concatenation)"
)
_PATHLIB = (
    r"(?:the\s+)?`?(?:pathlib(?:\.Path)?(?:\s+(?:paths?|objects?|calls?))?|Path\s+objects?)`?"
)
_OSPATH = r"(?:(?:all|the|these)\s+)*`?os(?:\.path)?`?(?:\s+(?:calls?|functions?|usages?|code))?"
_DATACLASS = r"(?:(?:an?|proper)\s+)?(?:frozen\s+)?(?:data\s?class(?:es)?|@dataclass)"
_COMPREHENSION = r"(?:an?\s+)?(?:(?:list|set|dict|dictionary|generator)\s+)?comprehensions?"
_LOOP = (
    r"(?:(?P<this>this|that|the|these)\s+|(?:all|my)\s+)*(?:for[\s-])?loops?"
    r"(?:\s+(?:on|at)\s+line\s+(?P<line>\d+))?"
)
_EARLY = r"(?:(?:an?|some)\s+)?(?:early[\s-]returns?|guard\s+clauses?|guards|early\s+exits?)"
_MODERN = (
    r"(?:modern|newer|current|up-to-date|idiomatic)\s+"
    r"(?:python(?:\s*3(?:\.\d+)?)?(?:\s+(?:syntax|idioms|code|style))?|syntax|idioms|style"
    r"|type\s+(?:hints|annotations))|python\s*3(?:\.\d+)?(?:\s+(?:syntax|idioms))?"
)


def _to(what: str, before: str = r"\w+\s+") -> tuple[str, ...]:
    """How people ask for the conversion to `what`; `before` is what it replaces."""
    return (
        rf"{_CONVERT}\s+{_SCOPE}{_TO}\s+{what}{_HERE}",
        rf"{_CONVERT}(?:\s+to|\s+over\s+to)\s+{what}{_HERE}",
        rf"(?:replace|swap|substitute|{_CONVERT})\s+{before}{_HERE}\s+(?:with|by|for|to|into)\s+{what}{_HERE}",
        rf"{_USE}\s+{what}(?:\s+(?:instead\s+of|rather\s+than|over|in\s+place\s+of)\s+{before})?{_HERE}",
        rf"(?:make|let|have)\s+{_SCOPE}\s+use\s+{what}(?:\s+(?:instead\s+of|rather\s+than)\s+{before})?{_HERE}",
        rf"(?:get\s+rid\s+of)\s+{before}\s+in\s+favou?r\s+of\s+{what}{_HERE}",
        rf"{_SCOPE}\s+should\s+(?:use|be)\s+{what}",
        rf"{_CONVERT}\s+{_SCOPE}\s+from\s+{before}\s+to\s+{what}",
        rf"(?:switch|move|migrate|go|change|convert)\s+from\s+{before}\s+to\s+{what}{_HERE}",
        what,
    )


_MODERNISE = (
    rf"(?:moderni[sz]e|pyupgrade|upgrade)\s+(?:(?:the\s+)?(?:syntax|code|python)(?:\s+(?:of|in)\s+{_SCOPE})?|{_SCOPE}){_HERE}",
    rf"(?:moderni[sz]e|pyupgrade){_HERE}",
    rf"(?:bring|upgrade|update)\s+{_SCOPE}\s+(?:up\s+)?to\s+(?:{_MODERN}|date)",
    rf"{_CONVERT}\s+{_SCOPE}{_TO}\s+(?:{_MODERN})",
    rf"{_USE}\s+(?:{_MODERN}){_HERE}",
    rf"(?:upgrade|update|convert)\s+to\s+(?:{_MODERN}){_HERE}",
)
_EARLIER = (
    rf"(?:make|let|have)\s+{_SCOPE}{AT}\s+(?:return|exit)\s+early{AT}",
    rf"(?:return|exit)\s+early{_HERE}",
    rf"(?:invert|flip|flatten)\s+(?:the\s+)?(?:(?:nested|outer)\s+)?(?:ifs?|if\s+statements?|conditions?|nesting)(?:\s+(?:with|using|into|to)\s+{_EARLY})?{_HERE}",
    rf"(?:flatten|simplify|unnest)\s+{_SCOPE}\s+(?:with|using|by|through)\s+(?:using\s+|adding\s+)?{_EARLY}",
    rf"(?:add|introduce)\s+{_EARLY}(?:\s+to\s+{_SCOPE})?{_HERE}",
    rf"(?:{REMOVE}|reduce)\s+(?:the\s+)?(?:nesting|nested\s+ifs?|else\s+after\s+returns?){_HERE}",
    *_to(_EARLY, r"(?:the\s+)?(?:nested\s+)?(?:ifs?|conditions?|nesting|if/else)"),
)
_CONDITIONS = (
    rf"simplify\s+(?:the\s+)?(?:ifs?|if\s+statements?|conditions?|conditionals?|boolean\s+expressions?|boolean\s+logic){_HERE}",
)

_DEAD = (
    r"(?:(?:the|all|any|all\s+the|any\s+of\s+the|my|our)\s+)*(?:(?:dead|unused|unreachable|unreferenced|never\s+used)\s+"
    r"(?:code|functions?|methods?|class(?:es)?|variables?|constants?|symbols?|definitions?|stuff|things?)"
    r"(?:\s+and\s+(?:functions?|methods?|class(?:es)?|variables?|constants?))?)"
)
_UNUSED = r"dead|unused|unreach|unrefer|never|not\s"
_WITHIN = (
    rf"(?:\s+(?:in|of|from)\s+(?:(?P<file>{THIS_FILE}|here)|{PATH})|\s+(?P<file>here)"
    rf"|\s+{EVERYWHERE})*"
)
_LISTED = (
    r"(?:find|list|show(?:\s+me)?|search\s+for|look\s+for|detect|report|tell\s+me(?:\s+about)?"
    r"|what\s+is|what\s+are|which\s+are|is\s+there|are\s+there|do\s+(?:we|i)\s+have)"
    rf"\s+{_DEAD}{_WITHIN}",
    rf"(?:what|which)\s+(?:code|functions?|methods?|class(?:es)?|symbols?|of\s+it|is|are)(?:\s+(?:is|are))?\s+(?:dead|unused|never\s+(?:used|called)|not\s+used){_WITHIN}",
    rf"(?:dead|unused)\s+code{_WITHIN}",
)
_BURIED = (rf"(?:{REMOVE}|clean\s+(?:up|out))\s+{_DEAD}{_WITHIN}",)
_IF_UNUSED = (
    r"(?P<why>(?:,\s+|,?\s+(?:if|when|since|as|because)\s+)(?:it\s+is|it's|they\s+are|nothing|nobody|no\s+one)\s*"
    r"(?:unused|dead|not\s+used|never\s+used|no\s+longer\s+used|uses\s+(?:it|them)|calls\s+(?:it|them))(?:\s+any\s*more)?)?"
)
_ONE_DEAD = (
    rf"{REMOVE}\s+(?:(?:the|this)\s+)?(?:(?:now\s+)?(?:unused|dead|obsolete|unneeded)\s+)?(?P<sure>{KINDS}\s+){words.NAME}{_WITHIN}{_IF_UNUSED}",
    rf"{REMOVE}\s+{words.NAME}{_WITHIN}{_IF_UNUSED}",
    rf"{REMOVE}\s+(?:this|the\s+current)\s+(?:(?:unused|dead)\s+)?"
    rf"(?P<around>function|method|class){_IF_UNUSED}",
)

_CODE = r"(?:`(?P<{0}>[^`]+)`|(?P<{0}>.+?))"
_PATTERN, _REWRITE = _CODE.replace("{0}", "pattern"), _CODE.replace("{0}", "rewrite")
_LANGUAGE = (
    r"(?P<language>python|javascript|typescript|tsx|go|rust|java|c\+\+|c#|c|ruby|php|kotlin"
    r"|swift|scala|lua)"
)
_WHERE = (
    rf"(?:,?\s+(?:{EVERYWHERE}|(?P<cursor>here)|(?:in|of|across|for)\s+(?:(?:all|the|our|my|every)\s+)*{_LANGUAGE}(?:\s+(?:files?|code))?"
    rf"|(?:in|of|under|within)\s+(?:(?P<file>{THIS_FILE})|(?:the\s+)?(?:file|folder|directory)?\s*{PATH})))*"
)
_REPLACED = (
    rf"(?:replace|substitute|swap)\s+(?:(?:all|every|each|any)\s+)?(?:(?:calls?|occurrences?|uses?)\s+(?:of|to)\s+)?{_PATTERN}{_WHERE}\s+(?:with|by)\s+{_REWRITE}{_WHERE}",
    rf"(?:change|rewrite|convert|turn|update)\s+(?:(?:all|every|each|any)\s+)?(?:(?:calls?|occurrences?|uses?)\s+(?:of|to)\s+)?{_PATTERN}{_WHERE}\s+(?:to|into|as)\s+{_REWRITE}{_WHERE}",
    rf"(?:search\s+for|find|match)\s+{_PATTERN}{_WHERE}\s+and\s+(?:replace|rewrite|change)\s+(?:it|them|each|those)\s+(?:with|by|to|as)\s+{_REWRITE}{_WHERE}",
    rf"{_PATTERN}\s+(?:->|=>|→)\s+{_REWRITE}{_WHERE}",
)
_NAMES = {"c++": "cpp", "c#": "csharp"}
_ENDINGS = {
    "py": "python", "pyi": "python", "js": "javascript", "mjs": "javascript", "jsx": "javascript",
    "ts": "typescript", "tsx": "tsx", "go": "go", "rs": "rust", "java": "java", "c": "c", "h": "c",
    "cc": "cpp", "cpp": "cpp", "hpp": "cpp", "rb": "ruby", "php": "php", "kt": "kotlin",
    "swift": "swift", "scala": "scala", "lua": "lua", "cs": "csharp",
}  # fmt: skip


def _converted(to: str) -> Rule:
    return Rule(_PATTERNS[to], lambda said: _conversion(said, to), _ABOUT[to])


def _conversion(said: Said, to: str) -> Read | None:
    """Of the symbol, the lines or the file that are named; else of what is selected; else of
    the place at the cursor, where that is meant, or of the whole file.
    """
    name = said.name()
    if to == "modern" and name and not _sure(said):
        return None
    if said.of("everywhere"):
        return Refusal(FILE_BY_FILE)
    line = int(said.of("line") or 0)
    lines = said.range or ((line, line) if line else None)
    # What these rules change is not sure to stay the same; who asks for them by name wants them.
    risky = to in ("pathlib", "comprehension") or said.of("format").startswith(("%", "percent"))
    intent = Intent("convert", name, to=to, lines=lines, risky=risky)
    if not (name or lines or said.path or said.of("file")):
        if said.selected:
            intent = replace(intent, lines=said.goal.lines)
        elif to in _WHOLE or said.of("this"):
            return said.placed(intent, cursor=True)
    return replace(said.placed(intent), line=0)


_WHOLE = frozenset(("dataclass", "early-return"))
"""What is done to a whole definition."""

_PATTERNS = {
    "early-return": _EARLIER,
    "f-strings": _to(_FSTRINGS, _FORMATS),
    "pathlib": _to(_PATHLIB, _OSPATH),
    "dataclass": (rf"make\s+{_SCOPE}\s+{_DATACLASS}", *_to(_DATACLASS, OLD)),
    "comprehension": _to(_COMPREHENSION, _LOOP),
    "modern": _MODERNISE,
    "simplify": _CONDITIONS,
}

_ABOUT = {
    "early-return": r"early|guard|invert|flip|flatten|nest|else",
    "f-strings": r"f-?\s?strings?|interpolation|literals",
    "pathlib": r"path",
    "dataclass": r"data\s?class",
    "comprehension": r"comprehension",
    "modern": r"modern|upgrade|python|newer|current|idiom|up.to.date",
    "simplify": r"simplify",
}


def _sure(said: Said) -> bool:
    return words.quoted(said.found, "old") or words.code_like(said.of("old"))


def _listed(said: Said) -> Read:
    return Intent("dead", path=said.path or (said.goal.path if said.of("file") else ""))


def _buried(said: Said) -> Read:
    return Intent("remove_dead", path=said.path or (said.goal.path if said.of("file") else ""))


def _one_dead(said: Said) -> Read | None:
    """Only what is plainly a symbol: "remove duplicates" is something else."""
    if said.of("around"):
        return said.placed(Intent("remove_dead"), cursor=True)
    if not (said.of("sure") or said.of("why") or _sure(said)):
        return None
    path = said.path or (said.goal.path if said.of("file") else "")
    return Intent("remove_dead", said.name(), path=path)


def _replaced(said: Said) -> Read | None:
    pattern, rewrite = said.of("pattern").strip(), said.of("rewrite").strip()
    quoted = all(f"`{each}`" in said.found.string for each in (pattern, rewrite))
    calls = bool(_CALL.fullmatch(pattern) and _CALL.fullmatch(rewrite))
    holes = calls or (_HOLE.search(pattern) and re.search(r"[^\w$]", pattern))
    if not (_SHAPE.search(pattern) if quoted else holes and _code(pattern) and _code(rewrite)):
        return None
    here = said.of("file") or said.of("cursor")
    path = said.path or (said.goal.path if here else "")
    language = said.of("language").lower()
    language = _NAMES.get(language, language) or _ENDINGS.get(path.rpartition(".")[2], "")
    language = language or said.goal.language or _ENDINGS.get(said.goal.path.rpartition(".")[2], "")
    intent = Intent("replace", path=path, code=pattern, to=rewrite, language=language)
    if not language:
        return Question("Which language is that, for example python?", intent, "language")
    return intent


_HOLE = re.compile(r"\$[A-Z_]|\$\$\$")
_CALL = re.compile(r"[\w.]+\([^()]*\)")
_SHAPE = re.compile(r"[()\[\]{}$=<>\"'+*/%]")
_INNER = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"|'[^']*'")
_PROSE = re.compile(
    r"(?<![$\w])(?!(?:not|in|is|and|or|if|else|return|await|lambda|for|new)\b)[a-z]+"
    r"\s+(?!(?:not|in|is|and|or|if|else|for)\b)[a-z]"
)


def _code(text: str) -> bool:
    """Whether words without quotes may be code: brackets close, no two words stand alone."""
    while _INNER.search(text):
        text = _INNER.sub("0", text)
    return not re.search(r"[()\[\]`\"']", text) and _PROSE.search(text) is None


RULES = (
    Rule(_REPLACED, _replaced, r"[$`(]"),
    *(_converted(to) for to in _PATTERNS),
    Rule(_LISTED, _listed, _UNUSED),
    Rule(_BURIED, _buried, _UNUSED),
    Rule(_ONE_DEAD, _one_dead, r"remov|drop|delet|rid|eliminat|strip|prune|throw|clean|eras"),
)
