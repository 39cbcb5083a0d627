"""Which runner a project's tests are given to, which files, and how it is called."""

from __future__ import annotations

import pytest

from redline.core.agent.model import Turn
from redline.core.agent.repairs import escalation
from redline.core.checks.affected import ENOUGH, MOST, SMALL, SURE, Selection, selected
from redline.core.checks.runners import REPORT, Runner, command, family, holds_tests, kinds
from redline.core.proposal.model import Check


@pytest.mark.parametrize(
    ("of", "tools", "package", "found"),
    [
        ("python", {"pytest"}, "", ("pytest", "unittest")),
        ("python", {"pytest", "tox", "make"}, "", ("pytest", "unittest", "make", "tox")),
        ("javascript", {"npm"}, '{"scripts": {"test": "vitest run"}}', ("vitest", "npm")),
        ("javascript", {"npm"}, '{"scripts": {"test": "node --test test/"}}', ("node", "npm")),
        ("javascript", {"npm"}, '{"scripts": {"test": "npm run lint && x"}}', ("npm",)),
        ("javascript", set(), '{"devDependencies": {"jest": "29"}}', ("jest",)),
        (
            "javascript",
            set(),
            '{"scripts": {"test": "no test specified"}, "devDependencies": {"mocha": "10"}}',
            ("mocha",),
        ),
        ("javascript", set(), "not JSON", ()),
        ("go", {"go"}, "", ("go",)),
        ("rust", {"cargo", "make"}, "", ("cargo", "make")),
        ("go", set(), "", ()),
        ("other", {"make"}, "", ("make",)),
        ("other", {"pytest"}, "", ()),
    ],
)
def test_runners_are_looked_for_in_order(
    of: str, tools: set[str], package: str, found: tuple[str, ...]
) -> None:
    assert kinds(of, tools, package) == found


@pytest.mark.parametrize(
    ("path", "language", "holds"),
    [
        ("tests/test_a.py", "python", True),
        ("a/b_test.py", "python", True),
        ("shop/tests.py", "python", True),
        ("tests/conftest.py", "python", False),
        ("tests/helpers.py", "python", False),
        ("src/a.test.ts", "typescript", True),
        ("src/__tests__/a.jsx", "javascript", True),
        ("test/a.mjs", "javascript", True),
        ("src/latest.js", "javascript", False),
        ("shop/shop_test.go", "go", True),
        ("shop/shop.go", "go", False),
        ("tests/test_a.py", "markdown", False),
    ],
)
def test_files_of_tests_are_known_by_their_names(path: str, language: str, holds: bool) -> None:
    assert holds_tests(path, family(language)) is holds


def test_runners_are_told_which_files_and_where_to_report() -> None:
    files = ("shop/a_test.go", "shop/b_test.go", "other/c_test.go")
    assert command(Runner("go", ("/go",), "go"), files) == (
        *("/go", "test", "-json", "./other", "./shop"),
    )
    assert command(Runner("go", ("/go",), "go"), ()) == ("/go", "test", "-json", "./...")
    assert command(Runner("mocha", ("/node", "m"), "mocha"), ("-x.js",)) == (
        *("/node", "m", "--reporter", "json", "--reporter-option", f"output={REPORT}", "./-x.js"),
    )
    assert command(Runner("make", ("/make", "test"), "make"), ("a",)) == ("/make", "test")


def test_a_small_suite_is_run_whole_and_of_a_large_one_what_is_affected() -> None:
    few = [f"t{at}" for at in range(SMALL)]
    assert selected(few, {"t1": 0.9}, (), everything=False) == Selection(tuple(few), True)
    many = sorted(f"t{at:03}" for at in range(200))
    assert selected(many, {"t003": 0.3, "t001": 0.9}, ("t007", "x"), everything=False) == (
        Selection(("t007", "t001", "t003"), False)
    )
    weak = {"t001": SURE, **dict.fromkeys(many[2:], 0.1)}
    assert selected(many, weak, (), everything=False) == Selection(
        tuple(many[1 : ENOUGH + 1]), False
    )
    assert selected(many, {}, ("x",), everything=False) == Selection(tuple(many), True)
    assert selected(many, {"t001": 1.0}, (), everything=True) == Selection(tuple(many), True)
    all_ = selected(many, dict.fromkeys(many, 0.3), (), everything=False)
    assert all_ == Selection(tuple(many[:MOST]), False, 200 - MOST)


def test_a_run_ends_after_two_repairs_and_types_never_end_it() -> None:
    def failed(name: str, detail: str = "x") -> Turn:
        check = Check(name, "", "failed", detail, 0.0)
        return Turn("tool", "", tool="propose", failed=True, check=check)

    opens = Turn("user", "anew", opens_round=True)
    tests, build, types = failed("tests", "a\nb"), failed("build"), failed("types")
    assert escalation([types] * 5) == ""
    assert escalation([tests, build, types]) == ""
    assert escalation([tests, tests, opens, tests, build]) == ""
    assert escalation([tests, build, types, tests]) == (
        "the change did not pass its checks, however it was mended (3 tries): "
        "1. tests: a; 2. build: x; 3. tests: a"
    )
