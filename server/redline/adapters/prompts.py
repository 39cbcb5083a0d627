"""The prompt files that ship with the product, in `redline/prompts`."""

from __future__ import annotations

from functools import cache
from importlib import resources

from redline.core.agent.plan import RoleName


class PackagedPrompts:
    """A role's prompt is what all roles share, and then its own part."""

    __slots__ = ()

    def system(self, role: RoleName) -> str:
        """The system prompt of a role, before its placeholders are filled in."""
        return f"{_read('common')}\n{_read(role)}"


@cache
def _read(name: str) -> str:
    return (resources.files("redline") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
