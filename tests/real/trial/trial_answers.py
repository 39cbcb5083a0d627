"""Requests and answers, as they go between the trial and the tools in it.

The standard library is all this needs: it runs in the virtual environment of each tool.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

COUNTS = {"rename": 10, "extract": 5, "signature": 5, "move": 5}


@dataclass(frozen=True, slots=True)
class Item:
    """One request. Lines count from 1, columns (of the name) in code points from 0.

    `name` is the qualified name of what is renamed, changed or moved, and what the new
    function is called where lines `line` to `last` are extracted. `how` is, of a change of
    signature, `rename`, `add`, `remove`, `order` or `default`; then `given` is the parameter
    it is about and `new` its new name, its default, or the parameters in their new order.
    `new` is the new name of what is renamed, and the path that something is moved to;
    `fresh`: there is no such file yet.
    """

    kind: str
    path: str
    line: int
    column: int
    name: str
    new: str = ""
    last: int = 0
    how: str = ""
    given: str = ""
    fresh: bool = False

    @staticmethod
    def read(text: str) -> Iterator[Item]:
        """Those that `written` gave."""
        return (Item(**each) for each in json.loads(text))

    @property
    def words(self) -> str:
        """The request as people read it."""
        at = f"{self.path}:{self.line}"
        match self.kind:
            case "rename":
                return f"rename {self.name} ({at}) to {self.new}"
            case "extract":
                return f"extract {at}-{self.last}"
            case "signature":
                said = f"{self.how} {self.given}"
                said += f" ({self.new})" if self.new else ""
                return f"signature of {self.name} ({at}): {said}"
        return f"move {self.name} ({at}) to {self.new}" + (" (new)" if self.fresh else "")


def written(items: list[Item]) -> str:
    """Requests as a tool reads them."""
    return json.dumps([asdict(each) for each in items])


@dataclass(frozen=True, slots=True)
class Answer:
    """New contents by path (None: the file goes), or why there are none."""

    refused: str = ""
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @staticmethod
    def read(line: str) -> Answer:
        """One that `told` wrote."""
        value = json.loads(line)
        files = {
            path: None if data is None else base64.b64decode(data)
            for path, data in value["files"].items()
        }
        return Answer(value["refused"], files, tuple(value["notes"]))

    def line(self) -> str:
        """The answer as a line of JSON."""
        files = {
            path: None if data is None else base64.b64encode(data).decode()
            for path, data in self.files.items()
        }
        return json.dumps({"refused": self.refused, "files": files, "notes": self.notes})


def told(answer: Answer) -> None:
    """Writes one answer to whoever asked."""
    sys.stdout.write(f"{answer.line()}\n")
    sys.stdout.flush()
