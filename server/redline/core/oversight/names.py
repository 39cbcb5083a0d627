"""The one name under which a path is judged, whatever it is spelled like.

File systems take several spellings for one file: other cases, other compositions of a
letter, dots and spaces at the end (Windows), streams after a colon (NTFS), letters that
are not seen (HFS+), short names (`GIT~1`). A rule must hold for all of them.
"""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SHORT = re.compile(r"^\.?(git|hg|svn|ssh|aws|vscode|idea|envrc|env)[a-z]{0,3}~\d+$")


def canonical(path: str) -> str:
    """`path` as the rules see it; two spellings of one file have one such name."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", path)).casefold()
    # A letter may have come apart again, and one that was composed may have a marked capital.
    text = unicodedata.normalize("NFC", text).replace("\\", "/")
    parts = [_part(each) for each in text.split("/")]
    return "/".join(each for each in parts if each not in ("", "."))


def escapes(path: str) -> str:
    """Why a path cannot be one in the workspace folder, in words; '' when it can."""
    if "\0" in path:
        return "a path cannot hold a NUL byte"
    plain = unicodedata.normalize("NFKC", path).replace("\\", "/")
    if plain.startswith(("/", "~")) or re.match(r"[A-Za-z]:/", plain):
        return f"{path}: paths are relative to the workspace folder"
    dots = (part.strip(" ") for part in plain.split("/"))
    return f"{path}: leaves the workspace folder" if ".." in dots else ""


def _part(part: str) -> str:
    if part in (".", ".."):
        return part
    name = part.partition(":")[0].rstrip(". ") if not part.startswith(":") else part
    short = _SHORT.match(name)
    return f".{short[1]}" if short else name
