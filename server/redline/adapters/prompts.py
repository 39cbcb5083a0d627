"""The prompt files that ship with the product, in `redline/prompts`."""

from __future__ import annotations

from functools import cache
from importlib import resources

from redline.core.agent.plan import RoleName


class PackagedPrompts:
    """A role's prompt is what all roles share, and then its own part."""

    __slots__ = ()

    def system(self, role: RoleName, small: bool = False) -> str:
        """The system prompt of a role, before its placeholders are filled in.

        The `small` one is for models that can hold little.
        """
        folder = "small/" if small else ""
        return f"{_read(f'{folder}common')}\n{_read(f'{folder}{role}')}"

    def inline(self) -> str:
        """How a model is told to answer with what it would insert, complete."""
        return _read("inline")


@cache
def _read(name: str) -> str:
    return (resources.files("redline") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
