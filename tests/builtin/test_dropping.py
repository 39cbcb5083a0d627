"""What the builtin model leaves out where a check names a file."""

from __future__ import annotations

import pytest

from redline.core.agent.model import ToolRequest, Turn
from redline.core.builtin.dropping import dropped
from redline.core.proposal.model import Check, Failure

PROPOSE = Turn("model", "", (ToolRequest("b9", "propose", '{"title": "Tidy"}'),))


def worked(tool: str, text: str) -> Turn:
    return Turn("tool", text, call="b1", tool=tool)


def failed(name: str, *paths: str) -> Turn:
    failures = tuple(Failure(path, 1, "no") for path in paths)
    check = Check(name, "", "failed", "no", 0.0, failures=failures)
    return Turn("tool", "no", call="b9", tool="propose", failed=True, check=check)


TWO = (
    worked("organise_imports", "organise the imports of a.py: 1 place in 1 file: a.py (1)"),
    worked("organise_imports", "organise the imports of b/c.py: 2 places in 1 file: b/c.py (2)"),
)
ONE_OF_TWO = [
    ("revert", {"path": "b/c.py"}),
    ("propose", {"title": "Tidy, without b/c.py (tests failed)"}),
]


@pytest.mark.parametrize(
    ("turns", "calls"),
    [
        ((*TWO, PROPOSE, failed("tests", "b/c.py", "tests/test_c.py")), ONE_OF_TWO),
        ((*TWO, PROPOSE, failed("tests", "tests/test_c.py")), None),
        ((*TWO, PROPOSE, failed("tests", "a.py", "b/c.py")), None),
        ((*TWO, PROPOSE, failed("types", "b/c.py")), None),
        ((TWO[0], PROPOSE, failed("tests", "a.py")), None),
        ((*TWO, worked("revert", "taken back"), PROPOSE, failed("tests", "b/c.py")), None),
        ((*TWO, PROPOSE, Turn("tool", "no", call="b9", tool="propose", failed=True)), None),
        (
            (
                worked("rename", "rename a to b: 2 places in 2 files: a.py (1), b/c.py (1)"),
                *(PROPOSE, failed("tests", "b/c.py")),
            ),
            None,
        ),
        ((), None),
    ],
)
def test_only_what_stands_alone_is_left_out_and_only_once(
    turns: tuple[Turn, ...], calls: object
) -> None:
    assert dropped(turns) == calls
