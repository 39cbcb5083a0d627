"""What a comment on a proposal means to the builtin model, which made it.

"Call it subtotal instead" is about the call that led to the proposal: the same rename,
or the same extraction, with another name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from redline.core.agent.model import Goal, Turn
from redline.core.agent.plan import RoleName
from redline.core.builtin import intents
from redline.core.builtin.intent import Intent, Question
from redline.core.builtin.intents import Request

_RENAMED = re.compile(r"rename (?P<old>\S+) to (?P<new>\S+):")


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before this round (nothing in the first), and the role of its step."""

    turns: Sequence[Turn]
    role: RoleName

    @property
    def title(self) -> str:
        """The title of the last proposal, '' for none."""
        made = self._last("propose")
        return str(made[1].get("title", "")) if made else ""

    def _last(self, *tools: str) -> tuple[str, Mapping[str, object], str] | None:
        """The last call of one of `tools`: its name, its arguments, and what came of it."""
        results = {turn.call: turn for turn in self.turns if turn.speaker == "tool"}
        calls = [call for turn in self.turns for call in turn.calls if call.tool in tools]
        for call in reversed(calls):
            result = results.get(call.id)
            if result is None or not result.failed:
                return call.tool, json.loads(call.arguments), result.text if result else ""
        return None

    def named(self) -> Intent | None:
        """What gave something the name it was proposed under; None when nothing did."""
        found = self._last("rename", "extract_function", "rename_file", "create_file")
        if found is None:
            return None
        tool, given, output = found
        path = str(given.get("path", ""))
        if tool == "create_file":
            return Intent("create_file", path=path)
        if tool == "rename_file":
            return Intent("rename_file", path=path, new_name=str(given.get("new_path", "")))
        if tool == "extract_function":
            first, last = given.get("start"), given.get("end")
            lines = (first, last) if isinstance(first, int) and isinstance(last, int) else None
            new_name = str(given.get("name", ""))
            return Intent("extract", path=path, lines=lines, new_name=new_name)
        name, line = str(given.get("name", "")), given.get("line")
        known = _RENAMED.match(output)
        if not name and known is not None:
            name, line = known["old"], 0  # lines may have moved since, the name has not
        new_name = str(given.get("new_name", ""))
        return Intent("rename", name, new_name, path, line if isinstance(line, int) else 0)


def commented(goal: Goal, turns: Sequence[Turn]) -> bool:
    """Whether the user said something with this round: the turn that opens it quotes that."""
    return f"says: {goal.instruction}" in turns[0].text


def asked_again(goal: Goal, before: Before) -> Request:
    """The first request, under the name that was last proposed."""
    found = _first(goal, before)
    earlier = before.named()
    if earlier is None or not isinstance(found, tuple):
        return found
    if len(found) > 1:
        return _anew(found, earlier)
    about = _about(found[0])
    if about.kind != earlier.kind:
        return found
    if about.kind == "rename" or isinstance(found[0], Question):
        return (earlier,)
    return (replace(about, new_name=earlier.new_name),)  # its lines are where they are now


def meant(found: Request, goal: Goal, before: Before) -> Request:
    """`found` in the light of what was proposed before: another name for the same thing."""
    if not isinstance(found, tuple) or len(found) != 1:
        return found
    asked = found[0]
    about = _about(asked)
    earlier = before.named()
    if about.kind != "rename" or earlier is None:
        return found
    if about.name not in ("", earlier.name, earlier.new_name):
        return found
    named = _named_anew(earlier, about.new_name)
    if isinstance(asked, Question) and asked.missing != "name":
        return (replace(asked, about=named),)
    first = _first(goal, before)
    return _anew(first, named) if isinstance(first, tuple) and len(first) > 1 else (named,)


def _first(goal: Goal, before: Before) -> Request:
    return intents.read(replace(goal, instruction=before.turns[0].text))


def _about(each: Intent | Question) -> Intent:
    return each.about if isinstance(each, Question) else each


def _named_anew(earlier: Intent, new_name: str) -> Intent:
    if earlier.kind in ("rename", "extract"):
        return replace(earlier, new_name=new_name)
    folder = earlier.path.rpartition("/")[0]
    target = new_name if "/" in new_name or not folder else f"{folder}/{new_name}"
    if earlier.kind == "create_file":
        return replace(earlier, path=target)
    return replace(earlier, new_name=target)


def _anew(parts: Sequence[Intent | Question], named: Intent) -> Request:
    """All parts of the first request, the last of its kind under the name of `named`."""
    kinds = [_about(each).kind for each in parts]
    if named.kind not in kinds:
        return tuple(parts)
    at = len(kinds) - 1 - kinds[::-1].index(named.kind)
    old = _about(parts[at]).new_name
    changed = [
        replace(each, name=named.new_name)
        if isinstance(each, Intent) and old and each.name == old
        else each
        for each in parts[at + 1 :]
    ]
    return (*parts[:at], replace(_about(parts[at]), new_name=named.new_name), *changed)


def left(failure: str) -> str:
    """Why the rest of a proposal is not shown."""
    if failure.startswith("there is nothing to propose"):
        return "Nothing is left of the proposal without that."
    return failure
