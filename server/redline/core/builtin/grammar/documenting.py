"""Docstrings, and imports in order."""

from __future__ import annotations

from dataclasses import replace

from redline.core.builtin.intent import FILE_BY_FILE, Intent, Read, Refusal
from redline.core.builtin.said import Rule, Said
from redline.core.builtin.words import AT, OLD, PATH, THIS, THIS_FILE

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

_ORDER = (
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
_FOR = r"(?:\s+(?:to|for|on|in|of))"

_DOCSTRINGS = (
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}(?:\s+(?:where\s+(?:they\s+are\s+|it\s+is\s+)?missing))?{AT}",
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}{_FOR}\s+(?P<file>{THIS_FILE}|{_EVERY}){AT}",
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}{_FOR}\s+(?:file\s+|the\s+file\s+)?{PATH}",
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}{_FOR}\s+(?P<this>{THIS}){AT}",
    rf"(?:{_WRITE}\s+)?{_SOME}{_DOC}{_FOR}\s+{OLD}{AT}",
    rf"give\s+(?:{THIS}|{OLD})\s+(?:an?\s+)?{_DOC}{AT}",
    rf"document\s+(?P<file>{THIS_FILE}|{_EVERY}){AT}",
    rf"document\s+(?:the\s+(?:file|module)\s+)?{PATH}",
    rf"document\s+(?P<this>{THIS}){AT}",
    rf"document\s+{OLD}{AT}",
    r"document",
)


def _ordered(said: Said) -> Read:
    if said.of("everywhere"):
        return Refusal(FILE_BY_FILE)
    return replace(said.placed(Intent("imports")), line=0)


def _documented(said: Said) -> Read:
    if said.of("everywhere"):
        return Refusal(FILE_BY_FILE)
    whole = bool(said.of("file") or said.of("here"))
    name = said.name()
    cursor = not name and not whole and not said.elsewhere
    return said.placed(Intent("docstrings", name), cursor=cursor)


RULES = (Rule(_ORDER, _ordered, "import|isort"), Rule(_DOCSTRINGS, _documented, "doc"))
