"""The builtin model: a stateless function from the transcript to the next reply.

It takes the same way as any other model: plan first, then tool calls, then `propose` or
`answer`. It writes no code of its own: every change comes from a deterministic tool.
When a part of its proposal is sent back, it looks at the turns from there on only.

Its question about an ambiguous name offers the tool's own options, which begin
`path:line`; the answer is an option, its number, or a part that only one option has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from redline.core.agent.model import Argument, Goal, Plan, Reply, RoleName, ToolRequest, Turn
from redline.core.agent.tools import ROLE_TOOLS
from redline.core.builtin import dropping, intents, rounds
from redline.core.builtin.intents import Intent, Kind, Question, Read, Refusal

NAME = "builtin"

_TOOLS: Mapping[Kind, str] = {
    "rename": "rename",
    "extract": "extract_function",
    "imports": "organise_imports",
    "docstrings": "add_docstrings",
    "explain": "explain",
    "search": "search",
    "create_file": "create_file",
    "rename_file": "rename_file",
    "delete_file": "delete_file",
}
_ROLES: Mapping[Kind, RoleName] = {
    "docstrings": "documenter",
    "explain": "scout",
    "search": "scout",
}
_READS = ("explain", "search")
_Call = tuple[str, Mapping[str, Argument]]
_Said = tuple[str, Sequence[_Call]]


def reply(goal: Goal, plan: Plan | None, turns: Sequence[Turn], role: RoleName) -> Reply:
    """The next reply. Depends on its arguments alone."""
    opened = max((at for at, turn in enumerate(turns) if turn.opens_round), default=0)
    text, calls = _said(goal, plan, turns[opened:], rounds.Before(turns[:opened], role))
    made = sum(len(turn.calls) for turn in turns)
    requests = tuple(
        ToolRequest(f"b{made + at}", tool, json.dumps(arguments, ensure_ascii=False))
        for at, (tool, arguments) in enumerate(calls, 1)
    )
    return Reply(text, requests, model=NAME)


def _said(goal: Goal, plan: Plan | None, turns: Sequence[Turn], before: rounds.Before) -> _Said:
    """The reply to the turns of this round."""
    rest = dropping.dropped(turns)
    if rest is not None:
        return "Without what did not pass its checks, then.", rest
    said = [at for at, turn in enumerate(turns) if turn.speaker == "model"]
    news = turns[said[-1] + 1 :] if said else turns
    failed = next((turn for turn in news if turn.failed), None)
    commented = bool(before.turns) and rounds.commented(goal, turns)
    if commented and intents.unwanted(goal.instruction):
        return _give_up(rounds.left(failed.text)) if failed else _propose_rest(goal, before)
    intent = _intent(goal, turns, before)
    if plan is None or not said:
        return _again(intent, before) if before.turns else _first(intent)
    if failed is not None:
        return _after_failure(intent, failed, turns)
    if any(turn.speaker == "user" and turn.options for turn in news):
        return _after_answer(intent, turns, before)
    return _after_tool(intent, news)


def _intent(goal: Goal, turns: Sequence[Turn], before: rounds.Before) -> Read:
    """What the goal asks, with the answer to the first question where one was needed."""
    if before.turns and not rounds.commented(goal, turns):
        return rounds.asked_again(goal, before)
    found = intents.read(goal)
    answers = [turn.options[0] for turn in turns if turn.speaker == "user" and turn.options]
    if isinstance(found, Question) and answers:
        found = intents.complete(found, answers[0])
    return rounds.meant(found, before)


def _first(intent: Read) -> _Said:
    if isinstance(intent, Refusal):
        steps = ["scout: see whether the request can be done"]
        return "", [("plan", {"steps": steps}), ("give_up", {"reason": intent.reason})]
    about = intent.about if isinstance(intent, Question) else intent
    opening: _Call = ("plan", {"steps": _steps(about)})
    if isinstance(intent, Question):
        return intent.text, [opening, _ask(intent.text, intent.options)]
    return f"{_sentence(intent)}.", [opening, _work(intent)]


def _again(intent: Read, before: rounds.Before) -> _Said:
    """Another round. The plan stands, unless the comment asks for another role's work."""
    if isinstance(intent, Refusal):
        return _give_up(intent.reason)
    about = intent.about if isinstance(intent, Question) else intent
    fits = {_TOOLS[about.kind], "revert"} <= {*ROLE_TOOLS[before.role]} or about.kind in _READS
    opening: list[_Call] = [] if fits else [("plan", {"steps": _steps(about)})]
    if isinstance(intent, Question):
        return intent.text, [*opening, _ask(intent.text, intent.options)]
    return f"{_sentence(intent)}.", [*opening, *_anew(intent)]


def _anew(intent: Intent) -> list[_Call]:
    """The work, over the texts without what was proposed of it before."""
    return [_work(intent)] if intent.kind in _READS else [("revert", {}), _work(intent)]


def _propose_rest(goal: Goal, before: rounds.Before) -> _Said:
    """What was sent back is out of the draft already; the rest is shown as it is."""
    return "Without it, then.", [("propose", {"title": before.title or goal.instruction})]


def _give_up(reason: str) -> _Said:
    return "", [("give_up", {"reason": reason})]


def _after_failure(intent: Read, failed: Turn, turns: Sequence[Turn]) -> _Said:
    """A tool said no: ask where it offered choices and nothing was chosen yet, else give up."""
    asked = sum(turn.failed and bool(turn.options) for turn in turns) > 1
    if isinstance(intent, Intent) and failed.options and not asked:
        what = f"`{intent.name}`" if intent.name else "that"
        question = f"There are {len(failed.options)} symbols it could be. Which {what} is meant?"
        return question, [_ask(question, failed.options)]
    return _give_up(failed.text)


def _after_answer(intent: Read, turns: Sequence[Turn], before: rounds.Before) -> _Said:
    if isinstance(intent, Refusal):
        return _give_up(intent.reason)
    if isinstance(intent, Question):
        return _give_up(f"No answer to: {intent.text}")
    options = _choices(turns)
    if options is None:
        calls = _anew(intent) if before.turns else [_work(intent)]
        return f"{_sentence(intent)}.", calls
    answer = _answer(turns)
    option = choose(options, answer)
    place = _PLACE.match(option)
    if place is None:
        return _give_up(f"{answer!r} is none of the choices: {'; '.join(options)}.")
    arguments = {**_work(intent)[1], "path": place["path"], "line": int(place["line"])}
    return f"{_sentence(intent)} at {place[0]}.", [(_TOOLS[intent.kind], arguments)]


def _after_tool(intent: Read, news: Sequence[Turn]) -> _Said:
    result = next((turn for turn in reversed(news) if turn.speaker == "tool"), None)
    if result is None or not isinstance(intent, Intent):
        return _give_up("The run took a turn the builtin model does not know.")
    if result.tool in _READS:
        return "", [("answer", {"markdown": _markdown(intent, result)})]
    evidence = result.text.strip().partition("\n")[0] or "the tool reported success"
    calls: list[_Call] = [("done", {"evidence": evidence})]
    return "Ready to check and show.", [*calls, ("propose", {"title": _sentence(intent)})]


def _markdown(intent: Intent, result: Turn) -> str:
    if intent.kind != "search":
        return result.text
    note = (
        "The builtin model does not reason about code. These are the places whose names match "
        f"the question; for more, {intents.HOW_TO_CONFIGURE}."
    )
    return f"{note}\n\n{result.text}"


def _steps(intent: Intent) -> list[str]:
    role = _ROLES.get(intent.kind, "refactorer")
    first = f"{role}: {_lower(_sentence(intent))}"
    if intent.kind in _READS:
        return [first]
    return [first, f"{role}: check the change and propose it"]


def _sentence(intent: Intent) -> str:
    """What will be done, in a few words: step, reply and title."""
    name = f"`{intent.name}`" if intent.name else f"the symbol at line {intent.line}"
    match intent.kind:
        case "rename":
            return f"Rename {name} to `{intent.new_name}`" if intent.new_name else f"Rename {name}"
        case "extract":
            lines = "lines" if intent.lines is None else "lines {}-{}".format(*intent.lines)
            into = f"`{intent.new_name}`" if intent.new_name else "a function"
            return f"Extract {lines} into {into}"
        case "imports":
            return f"Organise the imports of {intent.path}"
        case "docstrings":
            where = intent.path if not (intent.name or intent.line) else name
            return f"Add docstrings to {where}"
        case "explain":
            return f"Explain {intent.path if not (intent.name or intent.line) else name}"
        case "search":
            return f"Search the index for {intent.query!r}"
        case _:
            return _file_sentence(intent)


def _file_sentence(intent: Intent) -> str:
    if intent.kind == "create_file":
        return f"Create the empty file {intent.path}"
    if intent.kind == "rename_file":
        return f"Rename the file {intent.path} to {intent.new_name}"
    return f"Delete the file {intent.path}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _work(intent: Intent) -> _Call:
    """The one tool call that does it. A place given with a name is where to look first."""
    place: dict[str, Argument] = {}
    if intent.path or intent.kind == "explain":
        place["path"] = intent.path
    if intent.line:
        place["line"] = intent.line
    named: dict[str, Argument] = {"name": intent.name} if intent.name else {}
    match intent.kind:
        case "rename":
            arguments: dict[str, Argument] = {"name": intent.name, "new_name": intent.new_name}
            return "rename", {**arguments, **place}
        case "extract":
            first, last = intent.lines or (0, 0)
            called: dict[str, Argument] = {"name": intent.new_name} if intent.new_name else {}
            return "extract_function", {"path": intent.path, "start": first, "end": last, **called}
        case "imports":
            return "organise_imports", {"path": intent.path}
        case "create_file":
            return "create_file", {"path": intent.path, "content": ""}
        case "rename_file":
            return "rename_file", {"path": intent.path, "new_path": intent.new_name}
        case "delete_file":
            return "delete_file", {"path": intent.path}
        case "search":
            return "search", {"query": intent.query}
        case _:
            return _TOOLS[intent.kind], {**place, **named}


_PLACE = re.compile(r"(?P<path>\S.*?):(?P<line>\d+)(?=\s|$)")


def choose(options: Sequence[str], answer: str) -> str:
    """The option that `answer` means: itself, its 1-based number, or a part no other has.

    '' when it means none of them or more than one.
    """
    given = answer.strip()
    if given in options:
        return given
    if given.isdecimal():
        return options[int(given) - 1] if 1 <= int(given) <= len(options) else ""
    fitting = [option for option in options if given and given in option.split()]
    fitting = fitting or [option for option in options if given and given in option]
    return fitting[0] if len(fitting) == 1 else ""


def _choices(turns: Sequence[Turn]) -> tuple[str, ...] | None:
    """The options of the question about an ambiguous name; None when it was not asked."""
    return next((turn.options for turn in turns if turn.failed and turn.options), None)


def _answer(turns: Sequence[Turn]) -> str:
    """The user's last answer, '' for none."""
    answers = [turn.options[0] for turn in turns if turn.speaker == "user" and turn.options]
    return answers[-1] if answers else ""


def _ask(question: str, options: Sequence[str]) -> _Call:
    return "ask", {"question": question, **({"options": list(options)} if options else {})}


def offers(language: str, has_selection: bool, at_symbol: bool) -> tuple[tuple[str, str], ...]:
    """The requests that need no words at a range, as (title, instruction), best first.

    `has_selection`: the range holds more than a cursor; `at_symbol`: a definition
    encloses its start.
    """
    result: list[tuple[str, str]] = []
    if language == "python":
        if has_selection:
            result.append(("Extract function", "extract the selection into a function"))
        result.append(("Organise imports", "organise the imports"))
        if at_symbol:
            result.append(("Add docstring", "document this"))
        result.append(("Add missing docstrings to the file", "add docstrings to this file"))
    if at_symbol:
        result.append(("Explain", "explain this"))
    result.append(("Explain this file", "explain this file"))
    return tuple(result)
