"""What a run rests on besides its texts, as digests: with others it might have gone otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from redline import __version__
from redline.core.agent.tool_spec import ToolSpec
from redline.core.oversight.policy import Rule

Versions = Mapping[str, str]

DIGITS = 16


def versions(
    prompts: Mapping[str, str],
    model: Sequence[str],
    tools: Sequence[ToolSpec],
    rules: Sequence[Rule],
) -> Versions:
    """Digests (SHA-256, 16 hex digits) of the prompts by role, of what says which `model` is
    asked and where, of the tools and of the policy; and the product's own version.
    """
    return {
        "redline": __version__,
        "prompts": _digest(f"{role}\n{text}" for role, text in sorted(prompts.items())),
        "model": _digest(model),
        "tools": _digest(map(repr, tools)),
        "policy": _digest(map(repr, rules)),
    }


def changed(then: Versions, now: Versions) -> tuple[str, ...]:
    """What is another now, in words; nothing is said of what was not recorded."""
    return tuple(
        f"{name}: was {then[name]}, is {now.get(name, 'gone')}"
        for name in then
        if then[name] != now.get(name)
    )


def _digest(parts: Iterable[str]) -> str:
    whole = sha256()
    for part in parts:  # each with its length, so that no two lists are alike
        data = part.encode()
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()[:DIGITS]
