"""Names in a draft that are proved to be unknown, by the file and by the workspace."""

from __future__ import annotations

from redline.core.index.languages import Language
from redline.core.inline.filters.parses import Tried
from redline.core.inline.proofs import ecmascript, names, python_members
from redline.core.inline.proofs.known import Known


def unknown(language: Language, found: Tried, known: Known | None) -> str:
    """A name that the suggestion uses and nothing has, '' where there is none or no proof.

    `known` is None where not all of the workspace is known: then the file alone tells.
    """
    name = names.unknown(language, found)
    if name or known is None:
        return name
    if language.name == "python":
        return python_members.unknown(found, known)
    if language.name in ecmascript.LANGUAGES:
        return ecmascript.unknown(language, found, known)
    return ""
