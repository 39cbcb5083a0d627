"""Policy: which tool may do what where. The strictest matching rule wins.

Rules carry examples; `problems` checks them, so a rule that does not mean what it says
is found when it is loaded, not when it is needed. After codex's execpolicy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase

from redline.core.agent.tools import ToolEffect


class Decision(IntEnum):
    """In order of strictness."""

    ALLOW = 0
    ASK = 1
    DENY = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """Decides calls of tools with `effect` ('*' for any) on paths that match `where`.

    `where` are globs over the path relative to the folder, `*` crossing `/`, compared
    without regard to case; `matches` and `does_not_match` are paths that prove it.
    """

    name: str
    effect: ToolEffect | str
    where: tuple[str, ...]
    decision: Decision
    because: str
    matches: tuple[str, ...] = ()
    does_not_match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says, the rules that said so, and why in words."""

    decision: Decision
    rules: tuple[str, ...]
    because: str


DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(
        "read-and-propose",
        "*",
        ("*",),
        Decision.ALLOW,
        "reading and proposing change nothing",
        ("src/a.py",),
    ),
    Rule(
        "git-internals",
        "*",
        (".git", ".git/*", "*/.git", "*/.git/*"),
        Decision.DENY,
        "git's own files can run programs",
        (".git/config", "lib/.git/hooks/pre-commit", ".GIT/config"),
        (".gitignore", "src/git.py"),
    ),
    Rule(
        "secrets",
        "*",
        (".env", ".env.*", "*/.env", "*/.env.*", "*.pem", "*.key", "id_rsa*", "*/id_rsa*"),
        Decision.DENY,
        "the file may hold secrets",
        (".env", "app/.env.local", "tls/server.key"),
        ("src/environment.py", "keys.py"),
    ),
    Rule(
        "editor-settings",
        "propose",
        (".vscode/*", ".idea/*", "*/.vscode/*", "*/.idea/*", ".envrc", ".mcp.json"),
        Decision.DENY,
        "settings of tools can run programs",
        (".vscode/settings.json",),
        ("vscode/settings.json",),
    ),
    Rule("execute", "execute", ("*",), Decision.DENY, "nothing is executed in this version"),
    Rule("network", "network", ("*",), Decision.DENY, "no tool may use the network"),
)


def evaluate(rules: Sequence[Rule], effect: ToolEffect, paths: Sequence[str]) -> Verdict:
    """The verdict over all `paths` a call names; with no path, the rules for any path decide."""
    decision, names, because = Decision.ALLOW, [], "no rule speaks against it"
    for path in paths or ("",):
        escaped = _escapes(path)
        if escaped:
            return Verdict(Decision.DENY, ("inside-the-folder",), escaped)
        for rule in rules:
            if not applies(rule, effect, path):
                continue
            names.append(rule.name)
            if rule.decision > decision:
                decision, because = (
                    rule.decision,
                    f"{path}: {rule.because}" if path else rule.because,
                )
    return Verdict(decision, tuple(dict.fromkeys(names)), because)


def applies(rule: Rule, effect: ToolEffect | str, path: str) -> bool:
    """True when `rule` speaks about `effect` on `path`."""
    if rule.effect not in ("*", effect):
        return False
    if not path:
        return "*" in rule.where
    return any(fnmatchcase(path.lower(), glob.lower()) for glob in rule.where)


def _escapes(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    if "\0" in path:
        return "a path cannot hold a NUL byte"
    drive = path[1:2] == ":" and path[2:3] in ("/", "\\")
    if path.startswith(("/", "\\", "~")) or drive:
        return f"{path}: paths are relative to the workspace folder"
    return f"{path}: leaves the workspace folder" if ".." in parts else ""


def problems(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Every example that contradicts its rule."""
    result = []
    for rule in rules:
        effect = "read" if rule.effect == "*" else rule.effect
        wrong = [path for path in rule.matches if not applies(rule, effect, path)]
        wrong += [path for path in rule.does_not_match if applies(rule, effect, path)]
        result += [f"rule {rule.name}: the example {path} contradicts it" for path in wrong]
    return tuple(result)
