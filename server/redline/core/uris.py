"""File uris in one canonical spelling, and paths relative to workspace folders.

Editors spell the same file differently (`%2B` or `+`, `c%3A` or `C:`); inside the server
there is one spelling, that of `canonical`. RFC 8089.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from redline.core.text.unseen import one_line


@dataclass(frozen=True, slots=True)
class Folder:
    """A workspace folder: its uri without a final slash, and a name for people."""

    uri: str
    name: str


def canonical(uri: str) -> str:
    """`uri` with its path percent-encoded in one way; other schemes stay as they are."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return uri
    path = unquote(parts.path, errors="surrogateescape")
    if len(path) > 2 and path[2] == ":":
        path = f"/{path[1].lower()}{path[2:]}"
    return f"file://{parts.netloc}{_quoted(path)}"


def file_path(uri: str) -> str | None:
    """The absolute path of a `file:` uri with `/`, None for any other scheme."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    path = unquote(parts.path, errors="surrogateescape")
    return path[1:] if len(path) > 2 and path[2] == ":" else path


def from_path(path: str) -> str:
    """The uri of an absolute path with `/`."""
    return canonical("file://" + _quoted(path if path.startswith("/") else f"/{path}"))


def relative(folders: Sequence[Folder], uri: str) -> str | None:
    """The path of `uri` in its folder, with `/`; None when it lies in none of them.

    With several folders the folder's name comes first, as users see it in the editor.
    """
    best = max(
        (folder for folder in folders if _within(folder.uri, uri)),
        key=lambda folder: len(folder.uri),
        default=None,
    )
    if best is None:
        return None
    path = unquote(uri[len(best.uri) + 1 :], errors="surrogateescape")
    return path if len(folders) == 1 else f"{best.name}/{path}"


def for_people(folders: Sequence[Folder], uri: str) -> str:
    """The path of `uri` for people: relative to its folder where it lies in one."""
    return relative(folders, uri) or file_path(uri) or uri


def for_model(folders: Sequence[Folder], uri: str) -> str:
    """What a model calls `uri`: the path in its folder, or the whole uri where it has none.

    Never an absolute path: those are refused, whatever they lead to. Always one line: a name
    cannot look like more of an answer than a name.
    """
    return one_line(relative(folders, uri) or uri)


def absolute(folders: Sequence[Folder], path: str) -> str | None:
    """The uri of a path that `relative` gave; None when no folder can hold it."""
    cleaned = path.replace("\\", "/").removeprefix("./").strip("/")
    if not cleaned or not folders:
        return None
    if len(folders) == 1:
        return f"{folders[0].uri}/{_quoted(cleaned)}"
    name, _, rest = cleaned.partition("/")
    folder = next((each for each in folders if each.name == name), None)
    return f"{folder.uri}/{_quoted(rest)}" if folder and rest else None


def folder_of(folders: Sequence[Folder], uri: str) -> Folder | None:
    """The innermost folder that holds `uri`."""
    inside = [folder for folder in folders if _within(folder.uri, uri)]
    return max(inside, key=lambda folder: len(folder.uri), default=None)


def _within(folder: str, uri: str) -> bool:
    return uri.startswith(folder + "/")


def _quoted(path: str) -> str:
    return quote(path, safe="/", errors="surrogateescape")
