"""What language servers say, as values: what is wrong with a text, and what they offer to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from redline.core.text.edits import Edit
from redline.core.text.text import Span

Severity = Literal["error", "warning", "information", "hint"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnosed:
    """Something a server finds wrong at `span`. `code` and `source` are '' where it says none."""

    span: Span
    severity: Severity
    message: str
    code: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A change a server offers: its title, its kind ('' for none), and the edits by uri."""

    title: str
    kind: str
    edits: Mapping[str, tuple[Edit, ...]]
