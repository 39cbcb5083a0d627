"""What the builtin model does where a check names a file it has changed: without that file,
the rest may pass, when no part of the change needs another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from redline.core.agent.model import Argument, Turn
from redline.core.agent.repairs import ENDING

_ALONE = frozenset({"organise_imports", "add_docstrings", "convert", "format"})
"""Tools that change each file for itself."""
_DONE = frozenset({"plan", "done", "ask", "propose", "revert"})
_PLACE = re.compile(r"(?:^|, |: )(?P<path>[^\s,:][^,:\n]*?) \(\d+\)", re.MULTILINE)

_Call = tuple[str, Mapping[str, Argument]]


def dropped(turns: Sequence[Turn]) -> list[_Call] | None:
    """The calls that propose the draft again without the files that a check names.

    None where the last `propose` did not fail for that, or the rest cannot stand alone.
    """
    last = turns[-1] if turns else None
    if last is None or last.tool != "propose" or last.check is None:
        return None
    calls = {call.id: call for turn in turns for call in turn.calls}
    made = [turn for turn in turns if turn.speaker == "tool" and not turn.failed]
    changing = [turn for turn in made if turn.tool not in _DONE]
    once = not any(turn.tool == "revert" for turn in made)
    if last.check.name not in ENDING or not once or not {t.tool for t in changing} <= _ALONE:
        return None
    touched = {found["path"] for turn in changing for found in _PLACE.finditer(turn.text)}
    named = {each.path for each in last.check.failures} & touched
    request = calls.get(last.call)
    if not named or named == touched or request is None:
        return None
    title = str(json.loads(request.arguments).get("title", ""))
    paths = sorted(named)
    without = f"{title}, without {', '.join(paths)} ({last.check.name} failed)"
    return [*(("revert", {"path": path}) for path in paths), ("propose", {"title": without})]
