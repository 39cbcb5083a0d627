"""What it takes elsewhere that a file gets another name, as language servers tell."""

from __future__ import annotations

from redline.adapters.language_servers.asking import edits_by_uri, mentioning, opened
from redline.adapters.language_servers.messages import EDIT
from redline.adapters.renaming.family import Asked
from redline.adapters.renaming.texts import Refused
from redline.core.refactor.result import Renamed


async def file_renamed(asked: Asked, key: str, target: str) -> Renamed:
    """The edits by uri that giving `key` the uri `target` takes. Raises `Refused`.

    The texts that are edited are those before; the server is shown all that say the name.
    """
    name = asked.sight.connection.name
    if not asked.sight.connection.capabilities.renames_files:
        raise Refused(f"{name} does not say what a renamed file takes elsewhere", unavailable=True)
    stem = asked.texts.uri(key).rpartition("/")[2].partition(".")[0]
    opened(asked, dict.fromkeys((key, *await mentioning(asked, stem))))
    await asked.sight.whole(asked.seconds)
    files = [{"oldUri": asked.texts.uri(key), "newUri": target}]
    found = await asked.ask("workspace/willRenameFiles", {"files": files}, EDIT)
    return Renamed(edits_by_uri(asked, found) if found is not None else {})
