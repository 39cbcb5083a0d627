"""Generated programs do the same, in the same order, after a refactoring that is not refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from refactor_trees import after, project_of, symbol_of

from redline.core.refactor.change_signature.changing import (
    AddParameter,
    MoveParameter,
    ParameterChange,
    RemoveParameter,
    RenameParameter,
    SetDefault,
    change_signature,
)
from redline.core.refactor.inlining.function import inline_function
from redline.core.refactor.inlining.variable import inline_variable
from redline.core.refactor.project import Planned, Project


def run(source: str) -> list[str]:
    """What a program traces: every call of `t` and `print`, in order."""
    traced: list[str] = []

    def trace(value: object) -> object:
        traced.append(_told(value))
        return value

    scope = {"t": trace, "print": lambda *each: traced.append(_told(each)), "__name__": "program"}
    exec(compile(source, "program", "exec"), scope)
    return traced


def _told(value: object) -> str:
    """What it says, without addresses."""
    return re.sub(r"0x\w+", "", repr(value))


def judge(source: str, plan: Callable[[Project], Planned]) -> None:
    files = {"m.py": source.encode()}
    planned = plan(project_of(files))
    if planned.refusal:
        assert not planned.edits
        return
    changed = after(files, planned)["m.py"].decode()
    ast.parse(changed)
    assert run(changed) == run(source), changed


HEAD = "x = 'x'\n\n\ndef f_(n):\n    return t(n)"


@st.composite
def signatures(draw: st.DrawFn) -> tuple[str, list[str], list[str], int]:
    """A parameter list, names given by position, names given by name only, and how many of
    the first have no default. `star` and `rest` may stand in it as well."""
    plain = ["a", "b", "c"][: draw(st.integers(1, 3))]
    named = ["k", "m"][: draw(st.integers(0, 2))]
    required = draw(st.integers(0, len(plain)))
    parts = [name if at < required else f"{name}={at}0" for at, name in enumerate(plain)]
    slash = draw(st.integers(0, len(plain)))
    if slash and draw(st.booleans()):
        parts.insert(slash, "/")
    if draw(st.booleans()):
        parts.append("*star")
    elif named:
        parts.append("*")
    parts += [f"{name}=-{at}" for at, name in enumerate(named)]
    if draw(st.booleans()):
        parts.append("**rest")
    return ", ".join(parts), plain, named, required


@st.composite
def calls(draw: st.DrawFn, plain: list[str], named: list[str]) -> str:
    """One call, right or wrong."""
    count = draw(st.integers(0, len(plain) + 1))
    made = [draw(st.sampled_from(["1", "t(2)", "x", "[t(3)]", "f_(4)"])) for _ in range(count)]
    if draw(st.integers(0, 5)) == 0:
        made.append("*[5]")
    rest = [*plain[count:], *named, "z"]
    chosen = draw(st.lists(st.sampled_from(rest), unique=True, max_size=3))
    made += [f"{name}={draw(st.sampled_from(['6', 't(7)', 'x']))}" for name in chosen]
    if draw(st.integers(0, 5)) == 0:
        made.append("**{'m': 8}")
    return f"f({', '.join(made)})"


CHANGES: st.SearchStrategy[ParameterChange] = st.one_of(
    st.builds(RenameParameter, st.sampled_from("abckm"), st.just("new")),
    st.builds(RenameParameter, st.sampled_from(["star", "rest"]), st.just("new")),
    st.builds(RemoveParameter, st.just("c")),
    st.builds(MoveParameter, st.sampled_from("abckm"), st.integers(0, 4)),
    st.builds(
        AddParameter,
        st.just("new"),
        st.sampled_from(["", "99"]),
        st.just(""),
        st.sampled_from([None, "", "a", "b", "star", "k"]),
        st.sampled_from(["", "98"]),
    ),
    st.builds(SetDefault, st.sampled_from("abkm"), st.just("")),
)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_calls_pass_what_they_passed(data: st.DataObject) -> None:
    text, plain, named, _ = data.draw(signatures())
    shown = [name for name in [*plain, *named] if name != "c"]
    stars = [each for each in ("star", "rest") if each in text]
    body = "{" + ", ".join(f"'{name}': {name}" for name in [*shown, *stars]) + "}"
    lines = [data.draw(calls(plain, named)) for _ in range(3)]
    lines.append(f"f({lines[0]}, {', '.join(f'{each}=9' for each in named)})")
    good = [line for line in lines if _works(text, body, line)]
    uses = "\n".join(f"print({line})" for line in good)
    source = f"{HEAD}\n\n\ndef f({text}):\n    return {body}\n\n\n{uses}\n"
    changes = data.draw(st.lists(CHANGES, min_size=1, max_size=2))
    judge(source, lambda p: change_signature(p, symbol_of(p, "f"), changes))


def _works(text: str, body: str, call: str) -> bool:
    source = f"{HEAD}\ndef f({text}):\n    return {body}\n{call}\n"
    try:
        run(source)
    except TypeError:
        return False
    return True


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "1", "G", "t(10)"]),
    lambda inner: st.one_of(
        st.builds("{} + {}".format, inner, inner),
        st.builds("({}, {})".format, inner, inner),
        st.builds("[{}]".format, inner),
        st.builds("t({})".format, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{} for b in [7]]".format, inner),
        st.builds("(lambda: {})()".format, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("str({})".format, inner),
    ),
    max_leaves=4,
)
ARGUMENTS = st.sampled_from(["1", "t(2)", "x", "y", "-3", "t(4) + 1", "x or y", "G"])


def _fails(source: str) -> bool:
    try:
        run(source)
    except (TypeError, ZeroDivisionError):
        return True
    return False


@settings(max_examples=100, deadline=None)
@given(
    value=EXPRESSIONS,
    first=ARGUMENTS,
    second=ARGUMENTS,
    by_name=st.booleans(),
    statements=st.lists(
        st.sampled_from(
            ["t(a)", "a = t(b)", "n = b", "for n in [a, b]:\n        t(n)", "t((a, b))"]
        ),
        max_size=2,
    ),
    kind=st.sampled_from(
        ["print({})", "r = {}\n    print(r)", "return {}", "print(1, {} * 2)", "{}"]
    ),
)
def test_an_inlined_function_does_what_it_did(
    value: str, first: str, second: str, by_name: bool, statements: list[str], kind: str
) -> None:
    call = f"f(b={first}, a={second})" if by_name else f"f({first}, {second})"
    body = "".join(f"    {each}\n" for each in statements)
    source = (
        f"G = 5\n\n\ndef f(a, b):\n{body}    return {value}\n\n\n"
        f"def use(x, y):\n    {kind.format(call)}\n\n\nprint(use(8, 9))\n"
    )
    if not _fails(source):
        judge(source, lambda p: inline_function(p, symbol_of(p, "f")))


@settings(max_examples=100, deadline=None)
@given(
    value=st.sampled_from(["1", "a", "t(a)", "a + 1", "[a]", "o.n", "(a, 2)",
                           "(lambda: a)", "-a", "o.up()"]),
    between=st.lists(
        st.sampled_from(["y = 2", "a = 3", "t(4)", "y = o.n", "o.n = 5", "pass", "y = o.up()"]),
        max_size=2,
    ),
    use=st.sampled_from(
        [
            "return v", "print(v, v)", "print(t(6), v)", "print(v, t(6))", "return a and v",
            "return [v for q in range(2)]", "return [q for q in [v]]", "if v:\n        t(7)",
            "while v:\n        break", "return (lambda: v)", "o.n = v", "o.n += v", "y = v ** 2",
            "for q in [v]:\n        t(q)", "print(o.n, v)", "return t(v) if a else 1", "v = 8",
            "try:\n        t(v)\n    finally:\n        pass", "assert v, 1", "print(f'{v}')",
        ]
    ),
)  # fmt: skip
def test_an_inlined_variable_is_computed_as_it_was(
    value: str, between: list[str], use: str
) -> None:
    lines = "".join(f"    {each}\n" for each in between)
    source = (
        "class O:\n    n = 1\n\n"
        "    def up(self):\n        self.n += t(1)\n        return self.n\n\n\n"
        f"o = O()\n\n\ndef f(a):\n    v = {value}\n{lines}    {use}\n    return o.n\n\n\n"
        "r = f(3)\nprint(r() if callable(r) else r, o.n)\n"
    )
    shown = source.replace(
        "r() if callable(r) else r", "r() if callable(r) and 'O' else str(r)[:4]"
    )
    if not _fails(shown):
        at = shown.index("v = ")
        judge(shown, lambda p: inline_variable(p, "m.py", at))
