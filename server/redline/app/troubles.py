"""What a pasted error says, and which lines of the workspace it names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from redline.app.files import Files
from redline.core import uris
from redline.core.index.model import Index
from redline.core.proposal.model import Place
from redline.core.text.text import Text
from redline.core.trouble.model import Spot, Trouble
from redline.core.trouble.places import cleaned, matched
from redline.core.trouble.read import troubles

MOST_PLACES = 20


@dataclass(frozen=True, slots=True)
class Located:
    """A place of an error: its file, called `path` here, with the spot as it was printed."""

    uri: str
    path: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Told:
    """One error with those of its places that are in the workspace, the innermost first."""

    trouble: Trouble
    places: tuple[Located, ...]


def told(files: Files, index: Index, text: str) -> tuple[Told, ...]:
    """The errors that `text` tells of, each with what the workspace has of its places."""
    found = troubles(text)
    if not found:
        return ()
    spots = [spot for each in found for spot in each.places]
    known = _known(files, index, spots)
    return tuple(Told(each, _located(known, files, each.places)) for each in found)


def places(found: Sequence[Told]) -> tuple[Place, ...]:
    """The lines that errors name, each once; `label` says which in words."""
    result: dict[tuple[str, int], Place] = {}
    for each in found:
        for at in each.places:
            where = f"{at.path}:{at.spot.line}" if at.spot.line else at.path
            label = f"{where} in {at.spot.function}" if at.spot.function else where
            result.setdefault((at.uri, at.spot.line), Place(at.uri, at.spot.line, label))
    return tuple(result.values())[:MOST_PLACES]


def _known(files: Files, index: Index, spots: Sequence[Spot]) -> dict[str, str]:
    """By path the files of the workspace that have the name of one that is meant."""
    names = {cleaned(spot.path).rpartition("/")[2] for spot in spots}
    every: Collection[str] = {*index.base, *index.overlay, *files.snapshot.documents}
    here = (uri for uri in every if uri.rpartition("/")[2] in names)
    found = {uris.for_model(files.folders, uri): uri for uri in here}
    for spot in spots:  # files without a language of ours, and those the index has not seen yet
        path = cleaned(spot.path)
        uri = uris.absolute(files.folders, path)
        if path not in found and uri and files.inside(uri) and isinstance(files.base(uri), Text):
            found[path] = uri
    return found


def _located(known: dict[str, str], files: Files, spots: Sequence[Spot]) -> tuple[Located, ...]:
    found: list[Located] = []
    for spot in spots:
        path = _in_folder(files, spot.path) or matched(spot.path, known)
        uri = known.get(path or "", "")
        text = files.base(uri) if uri else None
        if path and isinstance(text, Text) and spot.line <= text.line_count:
            found.append(Located(uri, path, spot))
    return tuple(dict.fromkeys(found))


def _in_folder(files: Files, path: str) -> str:
    """An absolute path as the workspace calls it, '' where it lies elsewhere."""
    absolute = cleaned(path)
    if not absolute.startswith("/") and absolute[1:3] != ":/":
        return ""
    uri = uris.from_path(absolute)
    inside = uris.folder_of(files.folders, uri) is not None
    return uris.for_model(files.folders, uri) if inside else ""
