"""Imports are organised by the real ruff, and what it cannot do is told with its place."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from redline.adapters.ruff.fixes import RuffImports
from redline.core.problems import ToolProblem
from redline.core.text.text import Text


async def organised(path: Path, data: bytes) -> bytes:
    result = await RuffImports().organise(str(path), Text(data))
    assert isinstance(result, Text), result
    return result.data


async def problem(path: Path, data: bytes, seconds: float = 30) -> str:
    result = await RuffImports(seconds).organise(str(path), Text(data))
    assert isinstance(result, ToolProblem), result
    return result.message


async def test_imports_are_sorted_and_unused_ones_removed(tmp_path: Path) -> None:
    data = b"import sys\nimport os\nimport json\nprint(os, json)\n"
    assert await organised(tmp_path / "a.py", data) == (
        b"import json\nimport os\n\nprint(os, json)\n"
    )


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
async def test_line_ends_and_byte_order_mark_stay(tmp_path: Path, bom: bytes) -> None:
    data = bom + 'import sys\r\nimport os\r\n\r\nprint(os, sys, "é😀")\r\n'.encode()
    assert await organised(tmp_path / "a.py", data) == (
        bom + 'import os\r\nimport sys\r\n\r\nprint(os, sys, "é😀")\r\n'.encode()
    )


async def test_what_a_package_offers_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("lint.ignore-init-module-imports = false\n")
    data = b"from .b import x\nfrom .a import y\n"
    assert await organised(tmp_path / "__init__.py", data) == (
        b"from .a import y\nfrom .b import x\n"
    )


async def test_the_settings_of_the_project_apply_to_order_only(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text(
        'unsafe-fixes = true\nlint.extend-select = ["UP"]\n'
        'lint.isort.known-first-party = ["json"]\n'
    )
    data = b"import json\nimport os\nfrom typing import List\n\nx: List[int] = [os, json]\n"
    assert await organised(tmp_path / "new" / "a.py", data) == (
        b"import os\nfrom typing import List\n\nimport json\n\nx: List[int] = [os, json]\n"
    )
    assert [each.name for each in tmp_path.iterdir()] == ["ruff.toml"]


async def test_a_text_that_does_not_parse_is_a_problem_with_its_line(tmp_path: Path) -> None:
    message = await problem(tmp_path / "a.py", b"import sys\nimport os\ndef f(:\n")
    assert message.startswith("a.py:3:7 does not parse: ")


async def test_newer_syntax_than_the_project_supports_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('target-version = "py38"\n')
    data = b"import os\n\nmatch os:\n    case 1:\n        pass\n"
    assert await organised(tmp_path / "a.py", data) == data


async def test_broken_settings_are_named(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("nonsense = 1\n")
    message = await problem(tmp_path / "a.py", b"import os\n")
    assert "ruff.toml" in message


async def test_bytes_that_are_not_utf8_are_a_problem(tmp_path: Path) -> None:
    assert "UTF-8" in await problem(tmp_path / "a.py", b"# \xe9\nimport os\n")


async def test_only_unused_imports_leave_an_empty_text(tmp_path: Path) -> None:
    assert await organised(tmp_path / "a.py", b"import os\n") == b""
    assert await organised(tmp_path / "a.py", b"") == b""


async def test_a_late_or_cancelled_run_is_ended(tmp_path: Path) -> None:
    assert "did not end within" in await problem(tmp_path / "a.py", b"import os\n", seconds=0)
    work = asyncio.create_task(RuffImports().organise(str(tmp_path / "a.py"), Text(b"import os\n")))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
