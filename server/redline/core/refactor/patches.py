"""The edits of several files as one plan, when what comes of them parses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from redline.core.refactor.call_sites.lists import Patch
from redline.core.refactor.project import Planned, impossible
from redline.core.refactor.python.scopes import parse
from redline.core.text.edits import Edit, EditError, apply


def planned(patches: Mapping[str, Patch], notes: Sequence[str]) -> Planned:
    """All edits of Python files, by uri; a refusal where two overlap or one would not parse."""
    edits: dict[str, tuple[Edit, ...]] = {}
    for uri, patch in sorted(patches.items()):
        try:
            done = patch.done()
        except EditError:
            return impossible("two of the places that change overlap")
        if done:
            edits[uri] = done
            if parse(apply(patch.data, done)) is None:
                return impossible("the result would not parse in one of the places")
    return Planned(edits, notes=tuple(dict.fromkeys(notes)))
