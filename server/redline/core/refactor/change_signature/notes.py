"""What a change of signature leaves alone, and the user should know of."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from redline.core.index.query import documents
from redline.core.refactor.call_sites.arguments import Signature
from redline.core.refactor.call_sites.files import Files

MOST_SHOWN = 5
BY_STRING = frozenset({"setattr", "getattr", "patch", "attrgetter", "methodcaller"})


def notes(files: Files, name: str, signature: Signature, taken: Collection[str]) -> Iterator[str]:
    """Sentences on the change of the function `name`. `taken` are the places of calls that were
    taken for it because nothing else has the name.
    """
    if taken:
        yield (
            f"{name} is the only one of its name, so calls on what has no known type were taken "
            f"for it: {_shown(taken)}."
        )
    broken = files.unparsed(name)
    if broken:
        yield f"These do not parse and were not looked at: {_shown(broken)}."
    if signature.moves or signature.renamed:
        examples = list(_examples(files, name))
        if examples:
            yield f"Examples in comments and docstrings stay as they are: {_shown(examples)}."
    for each in signature.renamed:
        strings = list(_strings(files, name, each))
        if strings:
            yield f"A string holds the name {each} and was left alone: {_shown(strings)}."


def by_string(files: Files, name: str) -> str:
    """Where something is got, called or replaced by the name in a string, as tests do to put
    another function in its place; '' for nowhere.
    """
    for uri, facts in documents(files.project.index):
        view = files.view(uri) if name in facts.words else None
        for node in ast.walk(view.tree) if view is not None else ():
            if view is not None and isinstance(node, ast.Call) and _reaches(node):
                said = (each.value for each in node.args if isinstance(each, ast.Constant))
                if any(isinstance(each, str) and f".{each}".endswith(f".{name}") for each in said):
                    return view.place(node)
    return ""


def _reaches(call: ast.Call) -> bool:
    """Whether a call is of a kind that reaches attributes by name: `setattr`, `patch.object`."""
    return not BY_STRING.isdisjoint(ast.unparse(call.func).split("."))


def _shown(places: Collection[str]) -> str:
    shown = list(dict.fromkeys(places))
    more = len(shown) - MOST_SHOWN
    return ", ".join(shown[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _examples(files: Files, name: str) -> Iterator[str]:
    """Lines of comments and strings that call the function as in an interpreter."""
    pattern = re.compile(
        rb"^[ \t#]*(?:>>>|\.\.\.) (?:.*?[^.\w])?%b\(" % re.escape(name.encode()), re.M
    )
    for uri, facts in documents(files.project.index):
        text = files.project.text_of(uri) if name in facts.words else None
        if text is not None:
            for found in pattern.finditer(text.data):
                yield f"{files.project.path_of(uri)}:{text.line_of(found.end() - 1) + 1}"


def _strings(files: Files, name: str, parameter: str) -> Iterator[str]:
    """Strings that are exactly the parameter's name, where the function is named."""
    for view in files.naming(name):
        facts = files.project.index.facts(view.uri)
        if facts is not None and parameter in facts.words:
            for node in ast.walk(view.tree):
                if isinstance(node, ast.Constant) and node.value == parameter:
                    yield view.place(node)
