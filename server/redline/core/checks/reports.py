"""Reports of test runners, read as data: JUnit's XML, JSON, and lines of text.

Whatever is no report of the runner is said in words: nothing is taken for a pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from redline.core.checks.tested import OneTest, Outcome, Report, cut

if TYPE_CHECKING:
    from xml.etree import ElementTree

UNREADABLE = "the runner's report cannot be read"
_TRACE = re.compile(r"^(?P<path>[^\s:]+):(?P<line>\d+): ", re.MULTILINE)
_STACK = re.compile(r"(?:file://)?(?P<path>[\w./@+-]+\.[cm]?[jt]sx?):(?P<line>\d+):\d+")
_CARGO = re.compile(r"^test (?P<id>.+?) \.\.\. (?P<said>ok|FAILED|ignored)", re.MULTILINE)
_CARGO_OUTPUT = re.compile(
    r"^---- (?P<id>.+?) stdout ----$(?P<said>.*?)(?=^---- |^failures:)", re.M | re.S
)
_CARGO_PLACE = re.compile(r"panicked at (?P<path>[^\s:]+):(?P<line>\d+)")
_CARGO_NOISE = re.compile(r"^thread '[^\n]*\n|^(stack backtrace|note):.*", re.MULTILINE | re.DOTALL)
_GO_PLACE = re.compile(r"^\s+(?P<path>[\w.-]+\.go):(?P<line>\d+):", re.MULTILINE)


def pytest(report: bytes, folder: str) -> Report:
    """JUnit's XML as pytest writes it in the family `xunit1`."""
    root = _xml(report)
    if root is None:
        return UNREADABLE
    return tuple(map(_of_pytest, root.iter("testcase")))


def _of_pytest(case: ElementTree.Element) -> OneTest:
    path, name = case.get("file", ""), case.get("name", "")
    module, owner = path.removesuffix(".py").replace("/", "."), case.get("classname", "")
    if not owner:  # a file that could not be collected has its module's name
        path = path or name.replace(".", "/") + ".py"
        return OneTest(path, path, *_said_by_pytest(case, path))
    inner = owner.removeprefix(module).strip(".")
    parts = [path or owner, *inner.split(".")] if inner and path else [path or owner]
    return OneTest("::".join([*parts, name]), path, *_said_by_pytest(case, path))


def _said_by_pytest(case: ElementTree.Element, path: str) -> tuple[int, Outcome, str]:
    wrong = _first(case, "failure", "error")
    line = int(case.get("line", "-1")) + 1
    if wrong is None:
        return line, "skipped" if case.find("skipped") is not None else "passed", ""
    text = wrong.text or ""
    places = [int(each["line"]) for each in _TRACE.finditer(text) if each["path"] == path]
    stated = [each[4:] for each in text.splitlines() if re.match(r"E\s", each)]
    return (
        places[-1] if places else line,
        "failed",
        cut("\n".join(stated) or wrong.get("message", "") or text),
    )


def node(report: bytes, folder: str) -> Report:
    """JUnit's XML as `node --test` writes it: groups in groups, no files but in stacks."""
    root = _xml(report)
    return UNREADABLE if root is None else tuple(_of_node(root, "", folder))


def _of_node(group: ElementTree.Element, name: str, folder: str) -> Iterator[OneTest]:
    for each in group:
        called = f"{name} > {each.get('name', '')}" if name else each.get("name", "")
        if each.tag == "testsuite":
            yield from _of_node(each, called, folder)
        elif each.tag == "testcase":
            wrong = _first(each, "failure", "error")
            text = (wrong.text or "") if wrong is not None else ""
            path, line = _place(text, folder)
            message = cut(wrong.get("message", "") or text) if wrong is not None else ""
            yield OneTest(called, path, line, _outcome(each), message)


def vitest(report: bytes, folder: str) -> Report:
    """JUnit's XML as vitest writes it."""
    root = _xml(report)
    return UNREADABLE if root is None else tuple(map(_of_vitest, root.iter("testcase")))


def _of_vitest(case: ElementTree.Element) -> OneTest:
    path, name = case.get("classname", ""), case.get("name", "")
    wrong = _first(case, "failure", "error")
    text = (wrong.text or "") if wrong is not None else ""
    _, line = _place(text, "")
    message = cut(wrong.get("message", "") or text) if wrong is not None else ""
    return OneTest(
        path if name == path else f"{path} > {name}", path, line, _outcome(case), message
    )


def jest(report: bytes, folder: str) -> Report:
    """What `jest --json` writes."""
    value = _json(report)
    files = value.get("testResults") if value is not None else None
    if not isinstance(files, list):
        return UNREADABLE
    found: list[OneTest] = []
    for each in files:
        path = _inside(_text(each, "name"), folder)
        tests = each.get("assertionResults", [])
        if not tests and each.get("status") == "failed":
            message = _text(each, "message")
            found.append(OneTest(path, path, _place(message, folder)[1], "failed", cut(message)))
        found += [_of_jest(test, path, folder) for test in tests]
    return tuple(found)


def _of_jest(test: Mapping[str, object], path: str, folder: str) -> OneTest:
    said = test.get("failureMessages")
    text = "\n".join(map(str, said)) if isinstance(said, list) else ""
    message = "\n".join(line for line in text.splitlines() if not line.strip().startswith("at "))
    known: Mapping[object, Outcome] = {"passed": "passed", "failed": "failed"}
    outcome = known.get(test.get("status"), "skipped")
    line = _place(text, folder, path)[1]
    return OneTest(f"{path} > {_text(test, 'fullName')}", path, line, outcome, cut(message))


def mocha(report: bytes, folder: str) -> Report:
    """What mocha's `json` reporter writes."""
    value = _json(report)
    tests = value.get("tests") if value is not None else None
    if value is None or not isinstance(tests, list):
        return UNREADABLE
    pending = {_key(each) for each in _list(value, "pending")}
    passes = {_key(each) for each in _list(value, "passes")}
    found = [_of_mocha(each, passes, pending, folder) for each in tests]
    # A hook that fails is no test of the list, and still a failure.
    known = {each.id for each in found}
    hooks = [_of_mocha(each, passes, pending, folder) for each in _list(value, "failures")]
    return (*found, *(each for each in hooks if each.id not in known))


_Key = tuple[str, str]


def _key(test: Mapping[str, object]) -> _Key:
    return _text(test, "file"), _text(test, "fullTitle")


def _of_mocha(
    test: Mapping[str, object], passes: set[_Key], pending: set[_Key], folder: str
) -> OneTest:
    title, path = _text(test, "fullTitle"), _inside(_text(test, "file"), folder)
    wrong = test.get("err")
    wrong = wrong if isinstance(wrong, dict) else {}
    outcome: Outcome = "skipped" if _key(test) in pending else "failed"
    outcome = "passed" if _key(test) in passes else outcome
    line = _place(_text(wrong, "stack"), folder, path)[1]
    return OneTest(f"{path} > {title}", path, line, outcome, cut(_text(wrong, "message")))


def unittest(report: bytes, folder: str) -> Report:
    """What our own program around `unittest` writes (`runners.py`): a list of tests."""
    known: Mapping[str, Outcome] = {"passed": "passed", "failed": "failed", "skipped": "skipped"}
    return tuple(
        OneTest(str(id_), str(path), int(line), known.get(outcome, "failed"), cut(str(message)))
        for id_, path, line, outcome, message in json.loads(report)
    )


def go(report: bytes, folder: str) -> Report:
    """The lines of `go test -json`."""
    said: dict[str, list[str]] = {}
    ended: dict[str, str] = {}
    for line in report.splitlines():
        event = _json(line)
        if event is None:
            continue
        id_ = _text(event, "Package") + (f".{event['Test']}" if event.get("Test") else "")
        action = _text(event, "Action")
        if action == "output":
            said.setdefault(id_, []).append(_text(event, "Output"))
        elif action in ("pass", "fail", "skip") and (event.get("Test") or action == "fail"):
            ended[id_] = action
    # A package fails with its tests; by itself only when it could not be built.
    failed = [id_ for id_, action in ended.items() if action == "fail"]
    alone = [i for i in ended if not any(each.startswith(f"{i}.") for each in failed)]
    return tuple(_of_go(id_, ended[id_], "".join(said.get(id_, []))) for id_ in alone)


def _of_go(id_: str, action: str, said: str) -> OneTest:
    outcomes: Mapping[str, Outcome] = {"pass": "passed", "fail": "failed", "skip": "skipped"}
    place = _GO_PLACE.search(said)
    lines = "\n".join(line for line in said.splitlines() if not line.startswith(("===", "---")))
    path, line = (place["path"], int(place["line"])) if place else ("", 0)
    return OneTest(id_, path, line, outcomes[action], cut(lines) if action == "fail" else "")


def cargo(report: bytes, folder: str) -> Report:
    """The lines that `cargo test` prints."""
    text = report.decode("utf-8", "replace").replace("\r\n", "\n")
    said = {each["id"]: each["said"] for each in _CARGO_OUTPUT.finditer(text)}
    outcomes: Mapping[str, Outcome] = {"ok": "passed", "FAILED": "failed", "ignored": "skipped"}
    found: list[OneTest] = []
    for each in _CARGO.finditer(text):
        words = said.get(each["id"], "")
        place = _CARGO_PLACE.search(words)
        words = _CARGO_NOISE.sub("", words)
        path, line = (place["path"], int(place["line"])) if place else ("", 0)
        found.append(OneTest(each["id"], path, line, outcomes[each["said"]], cut(words)))
    return tuple(found)


def read(kind: str, report: bytes, folder: str) -> Report:
    """What came of each test, from the report of a runner of `COUNTED` in `folder`."""
    try:
        return _READERS[kind](report, folder)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return UNREADABLE  # it is a stranger's work, and may be anything


_READERS: Mapping[str, Callable[[bytes, str], Report]] = {
    "pytest": pytest,
    "unittest": unittest,
    "vitest": vitest,
    "jest": jest,
    "mocha": mocha,
    "node": node,
    "go": go,
    "cargo": cargo,
}


def _xml(report: bytes) -> ElementTree.Element | None:
    from xml.etree import ElementTree  # a run that tests nothing does without

    # Without a document type there are no entities that could grow.
    if b"<!DOCTYPE" in report or b"<!ENTITY" in report:
        return None
    try:
        return ElementTree.fromstring(report)  # noqa: S314
    except ElementTree.ParseError:
        return None


def _json(data: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _list(value: Mapping[str, object], name: str) -> list[dict[str, object]]:
    found = value.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(value: Mapping[str, object], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _first(case: ElementTree.Element, *names: str) -> ElementTree.Element | None:
    return next((found for name in names if (found := case.find(name)) is not None), None)


def _outcome(case: ElementTree.Element) -> Outcome:
    if _first(case, "failure", "error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def _place(text: str, folder: str, path: str = "") -> tuple[str, int]:
    """The first place in a stack that is in `folder` (in `path`) and in no package."""
    for each in _STACK.finditer(text):
        found = _inside(each["path"], folder)
        if "node_modules/" in found or found.startswith("/"):
            continue
        if path in ("", found):
            return found, int(each["line"])
    return "", 0


def _inside(path: str, folder: str) -> str:
    return path.removeprefix(f"{folder}/") if folder else path
