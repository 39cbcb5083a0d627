"""The arguments of our commands, read strictly: one object each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redline.core.text.positions import Position, Range
from redline.edge.lsp.convert import uri_in
from redline.edge.lsp.protocol import INVALID_PARAMS, RequestProblem


@dataclass(frozen=True, slots=True)
class AgentArguments:
    """`{uri, range?, version?, instruction?, diagnostics?}`; `range` in the client's encoding."""

    uri: str
    range: Range | None
    version: int | None
    instruction: str
    diagnostics: tuple[str, ...]


def one_object(command: str, arguments: Sequence[object] | None) -> Mapping[str, object]:
    """The single object of a command. Raises `RequestProblem`."""
    given = list(arguments or [{}])
    if len(given) != 1 or not isinstance(given[0], dict):
        raise RequestProblem(INVALID_PARAMS, f"{command} takes one object")
    return given[0]


def agent_arguments(command: str, given: Mapping[str, object]) -> AgentArguments:
    """The arguments of an `agent.*` command. Raises `RequestProblem`."""
    found = given.get("diagnostics") or ()
    messages: list[str] = []
    for each in found if isinstance(found, list | tuple) else ():
        message = each.get("message") if isinstance(each, dict) else each
        if isinstance(message, str):
            messages.append(message)
    version = given.get("version")
    return AgentArguments(
        uri=uri_in(text(command, given, "uri", required=command != "agent.ask")),
        range=_range(command, given.get("range")),
        version=version if isinstance(version, int) else None,
        instruction=text(command, given, "instruction", required=False),
        diagnostics=tuple(messages),
    )


def text(command: str, given: Mapping[str, object], name: str, required: bool = True) -> str:
    """A string argument, '' where it may be left out. Raises `RequestProblem`."""
    value = given.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise RequestProblem(INVALID_PARAMS, f"{command}: {name} must be a string")
    return value


def hunks(command: str, given: Mapping[str, object]) -> tuple[str, ...] | None:
    """The hunk ids, None for all. Raises `RequestProblem`."""
    value = given.get("hunks")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise RequestProblem(INVALID_PARAMS, f"{command}: hunks must be a list of ids")
    return tuple(str(each) for each in value)


def digests(command: str, given: Mapping[str, object]) -> Mapping[str, str]:
    """The digests of the hunks as they were shown, by hunk. Raises `RequestProblem`."""
    value = given.get("digests")
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise RequestProblem(INVALID_PARAMS, f"{command}: digests must be an object of strings")
    return value


def position(command: str, given: Mapping[str, object]) -> Position:
    """The argument `position`, in the client's encoding. Raises `RequestProblem`."""
    value = given.get("position")
    numbers = [value.get(n) if isinstance(value, dict) else None for n in ("line", "character")]
    line, column = (each if type(each) is int and each >= 0 else None for each in numbers)
    if line is None or column is None:
        raise RequestProblem(INVALID_PARAMS, f"{command}: position is not an LSP position")
    return Position(line, column)


def _range(command: str, value: object) -> Range | None:
    if value is None:
        return None
    numbers: list[int] = []
    for end in ("start", "end"):
        place = value.get(end) if isinstance(value, dict) else None
        for name in ("line", "character"):
            number = place.get(name) if isinstance(place, dict) else None
            if not isinstance(number, int) or isinstance(number, bool):
                raise RequestProblem(INVALID_PARAMS, f"{command}: range is not an LSP range")
            numbers.append(number)
    return Range(Position(numbers[0], numbers[1]), Position(numbers[2], numbers[3]))
