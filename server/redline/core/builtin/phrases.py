"""The English the builtin model reads, as patterns. What they mean is in `intents.py`.

Every pattern must match a whole request: a request with a part nobody read is not
understood, rather than half done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

QUOTE = "[`'\"]"
IDENT = r"#?(?:[^\W\d]|\$)[\w$]*"
DOTTED = rf"{IDENT}(?:(?:\.|::|#){IDENT})*"
KIND = (
    r"(?:(?:local|global|module-level|instance|class|private|public|static|async|helper|test)\s+)?"
    r"(?:function|method|class|variable|constant|const|parameter|param|argument|attribute|property"
    r"|symbol|identifier|field|local|type|interface|enum|struct|helper|component|hook|member)"
)
THING = r"(?:code|block|lines?|part|piece|section|snippet|statements?|selection|chunk|loop|bit)"
THIS = (
    rf"(?:(?:this|that|the|the\s+current|the\s+selected)\s+(?:{KIND}|name|one)"
    r"|it|this|that)(?:\s+(?:here|under\s+the\s+cursor|at\s+the\s+cursor))?"
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
    r"(?:everywhere|throughout|globally|(?:across|throughout|in)\s+(?:all(?:\s+the)?\s+files"
    r"|the\s+(?:whole\s+|entire\s+)?(?:project|code\s?base|repo(?:sitory)?|workspace)))"
)
LINE_NUMBER = r"(?:on|at|in)\s+line\s+(?P<line>\d+)"
AT = (
    rf"(?:,?\s+(?:(?P<here>(?:in|of|from|within)\s+{THIS_FILE})|{LINE_NUMBER}"
    rf"|(?:in|of|from|at|within|inside)\s+(?:the\s+(?:file|module)\s+|file\s+)?{PATH}"
    rf"(?::(?P<path_line>\d+))?|{EVERYWHERE}))*"
)
DASH = r"\s*(?:-|–|—|to|through|until|till|\.\.+|and)\s*"
RANGE = rf"(?:lines?\s+|l)?(?P<first>\d+)(?:{DASH}(?:lines?\s+|l)?(?P<last>\d+))?"


# A name as it is written in a request: bare, quoted, or with `()`, perhaps with its kind.
OLD = rf"(?:(?:the\s+)?{KIND}\s+|the\s+)?{QUOTE}?(?P<old>{DOTTED})(?:\(\))?{QUOTE}?(?:\s+{KIND})?"
NEW = rf"(?:{QUOTE}(?P<quoted>[^`'\"]+){QUOTE}|(?P<new>[^\s`'\"]+?)(?:\(\))?)"
_TO = r"\s*(?:->|=>|→|\s(?:to|into|as|to\s+be|to\s+be\s+called|so\s+it\s+is\s+called)\s)\s*"

_RENAME_VERB = (
    r"(?:rename|rename\s+all\s+uses\s+of|re-name|change\s+the\s+name\s+of|change\s+name\s+of)"
)
_CALLED = (
    r"(?:should|ought\s+to|must|needs\s+to|has\s+to)\s+be\s+(?:called|named|renamed\s+to|renamed)"
)
_BETTER = r"(?:an?\s+(?:better|clearer|different|new|other|proper|good)\b.*|something\b.*)"

RENAME_THIS = (
    rf"{_RENAME_VERB}\s+{THIS}{AT}{_TO}{NEW}{AT}",
    rf"rename\s+(?:to|as)\s+{NEW}{AT}",
    rf"(?:call|name)\s+{THIS}\s+{NEW}{AT}",
    rf"(?:give\s+{THIS}\s+the\s+name)\s+{NEW}{AT}",
    rf"{THIS}\s+{_CALLED}\s+{NEW}{AT}",
    rf"change\s+(?:the|its|this)\s+name\s+to\s+{NEW}{AT}",
)
RENAME = (
    rf"{_RENAME_VERB}\s+{OLD}{AT}{_TO}{NEW}{AT}",
    rf"{OLD}\s+{_CALLED}\s+{NEW}{AT}",
    rf"(?:call|name)\s+{OLD}\s+{NEW}{AT}",
    rf"give\s+{OLD}\s+the\s+name\s+{NEW}{AT}",
    rf"(?:replace|change)\s+the\s+name\s+{OLD}\s+(?:with|by|to)\s+{NEW}{AT}",
)
# "change foo to static" is no rename: these count only where both sides look like code.
RENAME_CODE = (
    rf"(?:change|replace)\s+{OLD}{AT}\s+(?:to|with|by)\s+{NEW}{AT}",
    rf"{OLD}\s*(?:->|=>|→)\s*{NEW}{AT}",
    rf"s/(?P<old>{DOTTED})/(?P<new>{IDENT})/g?(?P<quoted>(?!))?",
)
RENAME_OPEN = (
    rf"{_RENAME_VERB}\s+(?:(?P<this>{THIS})|{OLD}){AT}(?:\s+(?:to\s+)?{_BETTER})?",
    rf"(?:find|give|pick|suggest|choose)\s+(?:me\s+)?(?:(?P<this>{THIS})\s+)?{_BETTER}\s*(?:name)",
    r"rename",
)

_PULL = (
    r"(?:extract|pull|factor|split|put|turn|make|refactor|take|lift|hoist|break|separate|convert"
    r"|wrap|move)"
)
_FUNCTION = (
    r"(?:(?:helper|utility|private|pure)\s+)*(?:function|method|helper|func|def|routine|subroutine)"
)
_NEW_FUNCTION = (
    r"(?:(?:an?|its\s+own|their\s+own|another|one|the)\s+)?"
    rf"(?:(?:new|separate|own|small|little)\s+)*{_FUNCTION}"
)
_CALLED_X = rf"(?:,?\s+(?:(?:and\s+)?(?:called|named|call\s+it|name\s+it)\s+)?{NEW})?"
_OUT = r"(?:\s+out)?(?:\s+(?:of\s+(?:here|it)))?"
_INTO = r"\s+(?:into|in|to|as)\s+"

EXTRACT = (
    rf"{_PULL}\s+{RANGE}{AT}{_OUT}{_INTO}{_NEW_FUNCTION}{_CALLED_X}{AT}",
    rf"{_PULL}\s+{SELECTION}{_OUT}{_INTO}{_NEW_FUNCTION}{_CALLED_X}{AT}",
    rf"{_PULL}{_OUT}{_INTO}{_NEW_FUNCTION}{_CALLED_X}{AT}",
    rf"(?:extract|pull|factor|lift|hoist)\s+{RANGE}{AT}{_OUT}(?:{_INTO}{NEW})?{AT}",
    rf"(?:extract|factor|pull|lift|hoist)\s+{SELECTION}{_OUT}(?:{_INTO}{NEW})?{AT}",
    rf"(?:extract|make|create|introduce|build|write)\s+{_NEW_FUNCTION}(?:\s+{NEW}|{_CALLED_X})"
    rf"\s+(?:out\s+of|from|for|with|using)\s+(?:{RANGE}|{SELECTION}){AT}",
    rf"extract\s+{_NEW_FUNCTION}{_CALLED_X}{AT}",
    rf"extract{AT}",
)

_UNUSED = r"(?:unused|unneeded|unnecessary|redundant)"
_SORT = (
    r"(?:organi[sz]e|sort|clean(?:\s*-?up)?|tidy(?:\s+up)?|fix|order|optimi[sz]e|arrange|group"
    r"|re-?order|re-?organi[sz]e|straighten\s+out|dedup(?:licate|e)?|format)"
)
_DROP = r"(?:remove|drop|delete|prune|strip|get\s+rid\s+of|clean(?:\s+up)?|clear)"
_IMPORTS = (
    rf"(?:(?:the|my|our|all|these|its)\s+)*(?:{_UNUSED}\s+)?"
    r"imports?(?:\s+(?:statements?|block|section))?"
)
_AND_DROP = (
    rf"(?:\s*(?:,|and|,\s+and|&)\s*{_DROP}\s+(?:the\s+|any\s+)?{_UNUSED}(?:\s+(?:ones|imports))?)?"
)
_AND_SORT = rf"(?:\s*(?:,|and|,\s+and|&)\s*{_SORT}\s+(?:the\s+)?(?:rest|others|imports|them))?"

IMPORTS = (
    rf"(?:{_SORT}(?:\s+and\s+{_SORT})?)\s+{_IMPORTS}{_AND_DROP}{AT}",
    rf"{_SORT}\s+{_IMPORTS}\s+up{AT}",
    rf"{_DROP}\s+(?:the\s+|all\s+(?:the\s+)?|any\s+)?{_UNUSED}\s+imports?{_AND_SORT}{AT}",
    rf"(?:{_UNUSED}\s+imports|imports|isort){AT}",
)

_DOC = (
    r"(?:doc-?strings?(?:\s+skeletons?)?|doc\s+strings?|documentation|docs|doc\s+comments?"
    r"|documentation\s+strings?)"
)
_WRITE = r"(?:add|write|generate|create|insert|put|fill\s+in|complete|provide|make|give\s+me)"
_SOME = r"(?:(?:an?|the|some|any|all|missing|google-style|google|skeleton|new|more)\s+)*"
_EVERY = (
    r"(?:everything|every\s+function|all(?:\s+(?:the|of\s+the))?\s+(?:functions|methods|classes|symbols|code)"
    r"(?:\s+and\s+(?:functions|methods|classes))?|each\s+function|every\s+(?:class|method)|all)"
)
_DOC_AT = r"(?:\s+(?:to|for|on|in|of))"

DOCSTRINGS = (
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}(?:\s+(?:where\s+(?:they\s+are\s+|it\s+is\s+)?missing))?{AT}",
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}{_DOC_AT}\s+(?P<file>{THIS_FILE}|{_EVERY}){AT}",
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}{_DOC_AT}\s+(?:file\s+|the\s+file\s+)?{PATH}",
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}{_DOC_AT}\s+(?P<this>{THIS}){AT}",
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}{_DOC_AT}\s+{OLD}{AT}",
    rf"document\s+(?P<file>{THIS_FILE}|{_EVERY}){AT}",
    rf"document\s+(?:the\s+(?:file|module)\s+)?{PATH}",
    rf"document\s+(?P<this>{THIS}){AT}",
    rf"document\s+{OLD}{AT}",
    r"document",
)

_EXPLAIN = (
    r"(?:explain(?:\s+to\s+me)?|describe|summari[sz]e|tell\s+me\s+(?:more\s+)?about|walk\s+me\s+through"
    r"|outline|give\s+me\s+(?:an\s+overview|an\s+outline|a\s+summary)\s+of|show\s+me|look\s+up|what\s+is"
    r"|what's|what\s+are|who\s+(?:uses|calls)|what\s+(?:uses|calls)|where\s+do\s+we\s+(?:use|call)"
    r"|(?:find\s+|show\s+|list\s+)?(?:all\s+)?(?:usages|uses|callers|references)\s+(?:of|to)"
    r"|find|why\s+do\s+we\s+have)"
)
_ASKED = (
    r"(?:what\s+(?:does|do)|how\s+(?:does|do)|where\s+(?:is|are)|how\s+is)\s+{0}\s*(?:{at})?"
    r"\s+(?:do|work|mean|used|called|defined|for|return|declared|implemented)"
)


def _asked(what: str) -> str:
    return _ASKED.replace("{0}", what).replace("{at}", AT)


EXPLAIN = (
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

QUESTION = re.compile(
    r"(?:what|where|which|who|why|how|when|is|are|does|do|can|could|explain|describe|find|show"
    r"|tell\s+me|look\s+for|search(?:\s+for)?|list|summari[sz]e|walk\s+me)\b(?P<words>.*)",
    re.IGNORECASE | re.DOTALL,
)

_FILE = r"(?:(?:source\s+|python\s+)?(?:file|module|script))"
_NAMED = rf"(?:{QUOTE}(?P<{{0}}_quoted>[^`'\"]+){QUOTE}|(?P<{{0}}>[^\s`'\"]+))"
_FILE_OLD, _FILE_NEW = _NAMED.replace("{0}", "file_old"), _NAMED.replace("{0}", "file_new")
_PLAIN_OLD = rf"{QUOTE}?(?P<file_old>{PATH_WORD}){QUOTE}?"
_PLAIN_NEW = rf"{QUOTE}?(?P<file_new>{PATH_WORD}){QUOTE}?"
_THE_FILE = rf"(?:(?:the|this|that)\s+)?{_FILE}\s+{_FILE_OLD}"
_RENAME_FILE_VERB = r"(?P<verb>rename|re-name|move|change\s+the\s+name\s+of)"
_CALLED_FILE = r"(?:(?:called|named|at)\s+)?"

RENAME_FILE = (
    rf"{_RENAME_FILE_VERB}\s+{_THE_FILE}{_TO}{_FILE_NEW}",
    rf"{_RENAME_FILE_VERB}\s+(?P<file_this>{THIS_FILE}){_TO}{_FILE_NEW}",
)
# Names of symbols may look like those of files: `Response.json` is one.
RENAME_PATH = (rf"{_RENAME_FILE_VERB}\s+{_PLAIN_OLD}{_TO}{_PLAIN_NEW}",)
DELETE_FILE = (
    rf"(?:delete|remove|drop|get\s+rid\s+of|rm)\s+{_THE_FILE}",
    rf"(?:delete|remove|drop|get\s+rid\s+of|rm)\s+{_PLAIN_OLD}",
    r"(?:delete|remove|get\s+rid\s+of)\s+(?P<file_this>(?:this|the\s+current)\s+(?:file|module|script))",
)
CREATE_FILE = (
    rf"(?:create|add|make|start)\s+(?:an?\s+|the\s+)?(?:(?:new|empty|blank),?\s+)*{_FILE}\s+{_CALLED_FILE}{_FILE_NEW}",
    rf"(?:create|add|make|start)\s+(?:an?\s+|the\s+)?(?:(?:new|empty|blank),?\s+)+{_PLAIN_NEW}",
    rf"(?:touch|create)\s+{_PLAIN_NEW}",
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
NOT_THIS = (
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
NOT_YET: tuple[tuple[str, str], ...] = (
    (r"\binline\b|\binlining\b", "Inlining"),
    (r"\b(?:unit\s+)?tests?\b|\btest\s+case|\bcoverage\b", "Writing tests"),
    (
        r"\bsignature\b|\b(?:add|remove|reorder|drop)\b.*\b(?:parameter|argument|param)s?\b",
        "Changing a signature",
    ),
    (r"\bmoderni[sz]e\b|\bupgrade\b|\bf-?strings?\b|\bpathlib\b|\bpython\s*3", "Modernising code"),
    (
        r"\bsimplif|\bflatten\b|\bclean\s*up\b|\brefactor\b|\brestructure\b|\btidy\b|\breadab",
        "Rewriting code freely",
    ),
    (
        r"\bdead\s+code\b|\bunreachable\b|\bunused\s+(?:code|function|method|variable|class)",
        "Removing dead code",
    ),
    (r"\bextract\b|\bpull\b", "Extracting anything but a function from whole lines"),
    (r"\bmove\b|\brelocate\b|\bsplit\b", "Moving code between places"),
    (r"\bfix\b|\brepair\b|\bbug\b|\bbroken\b|\bcrash|\berror\b|\bfails?\b", "Fixing code"),
    (r"\btype\s*hints?\b|\bannotat|\btypes?\b.*\badd\b|\badd\b.*\btypes?\b", "Adding type hints"),
    (r"\bcomments?\b|\btranslate\b", "Writing comments"),
    (r"\brename\b", "That kind of rename (one symbol, one new name, at a time)"),
    (r"\bimports?\b", "That change of imports"),
    (r"\bdoc-?strings?\b|\bdocument", "That kind of documentation"),
    (r"\b(?:optimi[sz]e|faster|speed|perform)", "Making code faster"),
    (
        r"\b(?:implement|write|create|build|generate|add|convert|replace|remove|delete)\b",
        "Writing new code",
    ),
)

_POLITE = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|please|pls|kindly|now|so|just|redline|agent|todo)\b\s*[,:!]?\s*"
    r"|(?:can|could|would|will)\s+(?:you|we)\s+|i(?:'d|\s+would)\s+like\s+(?:you\s+)?to\s+"
    r"|i(?:'d|\s+would)\s+like\s+(?=\w+strings?|docs)|i\s+(?:want|need)\s+(?:you\s+)?to\s+"
    r"|let'?s\s+|let\s+us\s+|help\s+me\s+(?:to\s+)?|(?:we|you|i)\s+should\s+|go\s+ahead\s+and\s+"
    r"|no\s*,\s+(?=(?:re-?name|call|name|extract|give)\b)|(?:quickly|simply|maybe|first)\s+)+",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:[,;]?\s+(?:please|pls|thanks|thank\s+you|for\s+me|right\s+now|now|instead|ok|if\s+you\s+can"
    r"|if\s+possible|for\s+(?:clarity|consistency|readability)"
    r"|(?:because|since|so\s+that|as\s+it\s+is)\s.*)|[\s.!?;]+)$",
    re.IGNORECASE | re.DOTALL,
)
_CURLY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "´": "`", "\u00a0": " "})


def tidied(instruction: str) -> str:
    """The request without politeness, reasons and final punctuation, quotes made plain."""
    text = " ".join(instruction.translate(_CURLY).split())
    text = _POLITE.sub("", text)
    while True:
        shorter = _ENDING.sub("", text)
        if shorter == text:
            return text
        text = shorter


def matches(patterns: tuple[str, ...], text: str) -> Iterator[re.Match[str]]:
    """The whole-text matches of `patterns`, in order."""
    for pattern in patterns:
        found = _compiled(pattern).fullmatch(text)
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
    values = found.groupdict()
    for key in (name, f"{name}_2", f"{name}_3", f"{name}_4"):
        if values.get(key):
            return str(values[key])
    return ""


def quoted(found: re.Match[str], name: str) -> bool:
    """True when the group stands in quotes or is written as a call."""
    start, end = found.start(name), found.end(name)
    around = found.string[max(0, start - 1) : start] + found.string[end : end + 1]
    return any(mark in around for mark in "`'\"(")


def code_like(text: str) -> bool:
    """True for a word that is plainly an identifier: `_`, a dot, a digit, a capital inside."""
    return bool(re.search(r"[_.$\d]|[a-z][A-Z]|^[A-Z]", text))
