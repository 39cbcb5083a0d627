"""Which checks a project has is read from its own files."""

from __future__ import annotations

from redline.core.checks.discover import discover

PYTEST = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")


def found(files: dict[str, str], *languages: str) -> list[tuple[str, str, str, bool]]:
    checks = discover(files, frozenset(languages))
    return [(each.name, each.tool, each.because, each.executes) for each in checks]


def test_a_python_project() -> None:
    files = {"pyproject.toml": "[tool.ruff]\n[tool.pytest.ini_options]\n[tool.mypy]\n"}
    assert found(files, "python") == [
        ("lint", "ruff", "[tool.ruff] in pyproject.toml", False),
        ("format", "ruff", "[tool.ruff] in pyproject.toml", False),
        ("types", "ty", "Python code", False),
        ("types", "mypy", "its configuration", True),
        ("tests", "pytest", "[tool.pytest] in pyproject.toml", True),
    ]


def test_other_projects() -> None:
    scripts = '{"scripts": {"test": "jest", "lint": "eslint .", "build": "tsc"}}'
    assert found({"package.json": scripts}) == [
        ("lint", "npm", '"lint" in package.json', True),
        ("tests", "npm", '"test" in package.json', True),
        ("build", "npm", '"build" in package.json', True),
    ]
    assert found({"go.mod": "module a\n", "Makefile": "test:\n\tgo test\nlint: x\n"}) == [
        ("lint", "make", "the target lint in Makefile", True),
        ("types", "go", "go.mod", True),
        ("tests", "go", "go.mod", True),
        ("tests", "make", "the target test in Makefile", True),
    ]


def test_broken_and_empty_files_say_nothing() -> None:
    broken = {"pyproject.toml": "[tool", "package.json": "{", "Makefile": "\x00"}
    assert found(broken) == []
    none = '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'
    assert found({"package.json": none}) == []
    assert [row[:2] for row in found({}, "python")] == [("types", "ty"), ("tests", "pytest")]
