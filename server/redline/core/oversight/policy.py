"""Policy: which tool may do what where. The strictest matching rule wins.

Rules carry examples; `problems` checks them, so a rule that does not mean what it says
is found when it is loaded, not when it is needed. After codex's execpolicy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase, translate
from functools import lru_cache

from redline.core.agent.tool_spec import ToolEffect
from redline.core.oversight.names import canonical, escapes
from redline.core.oversight.sandbox import SECRET_EXAMPLES, SECRET_FILES, SECRET_FOLDERS


class Decision(IntEnum):
    """In order of strictness."""

    ALLOW = 0
    ASK = 1
    DENY = 2


ANYWHERE = ("*",)


@dataclass(frozen=True, slots=True)
class Rule:
    """Decides calls of tools named like `tool` with `effect` ('*' for any).

    `where` are globs over the path relative to the folder, `*` crossing `/`, compared
    whatever the path is spelled like; `unless` are those it leaves alone. With `argv`, the
    rule is one about commands: each is the first words of some, as globs, the program by
    its name alone. `matches` and `does_not_match` are examples that prove it: commands
    where it has `argv`, otherwise paths, or names of tools where it is about any path.
    """

    name: str
    tool: str = "*"
    effect: ToolEffect | str = "*"
    where: tuple[str, ...] = ANYWHERE
    argv: tuple[str, ...] = ()
    decision: Decision = Decision.DENY
    because: str = ""
    matches: tuple[str, ...] = ()
    does_not_match: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says, the rules that said so, and why in words."""

    decision: Decision
    rules: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be judged: a call on `paths`, or a command."""

    tool: str
    effect: ToolEffect
    paths: tuple[str, ...] = ()
    argv: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A rule that asks first, and the path or the command it asks about ('' for any)."""

    rule: str
    what: str
    because: str


@dataclass(frozen=True, slots=True)
class Grant:
    """The user's yes to what `rules` ask about: for `whats` in one effect, '' for the run."""

    rules: tuple[str, ...]
    whats: tuple[str, ...]
    effect: str = ""


def _everywhere(*globs: str) -> tuple[str, ...]:
    return tuple(each for glob in globs for each in (glob, f"*/{glob}"))


DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(
        "read-and-propose",
        decision=Decision.ALLOW,
        because="reading and proposing change nothing",
        matches=("read_file", "edit"),
    ),
    Rule(
        "git-internals",
        where=_everywhere(".git", ".git/*", ".hg", ".hg/*", ".svn", ".svn/*"),
        decision=Decision.DENY,
        because="git's own files can run programs",
        matches=(
            ".git/config", "lib/.git/hooks/pre-commit", ".GIT/config", ".git./config", ".git /x",
            ".git::$INDEX_ALLOCATION/config", "GIT~1/config", ".g\u200cit/config", ".git",
        ),
        does_not_match=(".gitignore", "src/git.py", ".github/workflows/ci.yml", "docs/.gitkeep"),
    ),
    Rule(
        "secrets",
        where=_everywhere(*SECRET_FILES, *(f"{each}/*" for each in SECRET_FOLDERS)),
        decision=Decision.DENY,
        because="the file may hold secrets",
        matches=(".env", "app/.env.local", "tls/server.key", "ID_RSA", ".aws/credentials"),
        does_not_match=("src/environment.py", "keys.py", ".env.example", "docs/secrets.md"),
        unless=_everywhere(*SECRET_EXAMPLES),
    ),
    Rule(
        "editor-settings",
        effect="propose",
        where=_everywhere(
            ".vscode/*", ".idea/*", ".zed/*", ".fleet/*", ".cursor/*", ".claude/*",
            ".devcontainer/*", ".devcontainer.json", "*.code-workspace", ".mcp.json", "mcp.json",
            ".envrc", ".direnv/*", ".exrc", ".nvimrc", ".nvim.lua", ".dir-locals.el",
            ".helix/*", "*.sublime-project",
        ),
        decision=Decision.ASK,
        because="settings of tools can run programs",
        matches=(".vscode/settings.json", "web/.VSCode/tasks.json", ".mcp.json", ".idea/x.xml"),
        does_not_match=("vscode/settings.json", "idea/plan.md", "editor.py"),
    ),
    Rule(
        "agent-settings",
        effect="propose",
        where=_everywhere("redline.toml", "agents.md"),
        decision=Decision.ASK,
        because="it says what the agent may do here",
        matches=("redline.toml", "pkg/AGENTS.md"),
        does_not_match=("docs/redline.md", "agents.py"),
    ),
    Rule("execute", effect="execute", because="no tool runs programs; checks do, in the sandbox"),
    Rule(
        "checks",
        tool="check",
        effect="execute",
        argv=("*",),
        decision=Decision.ALLOW,
        because="a check of the project, in the sandbox over a copy",
        matches=("pytest -q", "/usr/bin/make test"),
    ),
    Rule("network", effect="network", because="no tool may use the network"),
)  # fmt: skip
"""The rules that always hold; those of the settings are added to them."""


def evaluate(rules: Sequence[Rule], wanted: Wanted) -> Verdict:
    """The verdict over all that a call names; with no path, the rules for any path decide."""
    decision, names, because = Decision.ALLOW, [], "no rule speaks against it"
    for what in _named(wanted):
        escaped = "" if wanted.argv else escapes(what)
        if escaped:
            return Verdict(Decision.DENY, ("inside-the-folder",), escaped)
        for rule in rules:
            if not _speaks_of(rule, wanted, what):
                continue
            names.append(rule.name)
            if rule.decision > decision:
                said = f"{what}: {rule.because}" if what else rule.because
                decision, because = rule.decision, said
    return Verdict(decision, tuple(dict.fromkeys(names)), because)


def doubts(rules: Sequence[Rule], wanted: Wanted) -> tuple[Doubt, ...]:
    """What the user is to be asked about: every rule that asks, with what it asks about."""
    return tuple(
        Doubt(rule.name, what, rule.because)
        for what in _named(wanted)
        for rule in rules
        if rule.decision is Decision.ASK and _speaks_of(rule, wanted, what)
    )


def readable(rules: Sequence[Rule], path: str) -> bool:
    """False where no tool may show a model what the file at `path` holds, whoever is asked."""
    return evaluate(rules, Wanted("read_file", "read", (path,))).decision is not Decision.DENY


def _named(wanted: Wanted) -> tuple[str, ...]:
    return (" ".join(wanted.argv),) if wanted.argv else wanted.paths or ("",)


def _speaks_of(rule: Rule, wanted: Wanted, what: str) -> bool:
    """True when `rule` is about the call on the path `what`, or about its command."""
    if rule.effect not in ("*", wanted.effect) or not fnmatchcase(wanted.tool, rule.tool):
        return False
    if wanted.argv or rule.argv:
        return any(_begins(wanted.argv, each) for each in rule.argv)
    if not what:
        return rule.where == ANYWHERE
    name = canonical(what)
    return _like(name, rule.where) and not _like(name, rule.unless)


def _like(name: str, globs: tuple[str, ...]) -> bool:
    return globs == ANYWHERE or _compiled(globs).match(name) is not None


@lru_cache(maxsize=256)
def _compiled(globs: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all of them; no globs match nothing."""
    return re.compile("|".join(translate(glob.casefold()) for glob in globs) or r"(?!)")


def _begins(argv: Sequence[str], pattern: str) -> bool:
    """True when a command begins with the words of `pattern`."""
    words = pattern.split()
    if not argv or len(words) > len(argv):
        return False
    program = argv[0].replace("\\", "/").rpartition("/")[2].casefold().removesuffix(".exe")
    given = (program, *argv[1:])
    return all(map(fnmatchcase, given, words))


def problems(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Every example that contradicts its rule."""
    return tuple(problem for rule in rules for problem in contradictions(rule))


def contradictions(rule: Rule) -> Iterator[str]:
    """The examples of one rule that contradict it, in words."""
    for example, meant in (
        *((each, True) for each in rule.matches),
        *((each, False) for each in rule.does_not_match),
    ):
        if _example(rule, example) is not meant:
            should = "should match" if meant else "should not match"
            yield f"rule {rule.name}: the example {example} contradicts it ({should})"


def _example(rule: Rule, example: str) -> bool:
    effect: ToolEffect = "read" if rule.effect == "*" else rule.effect  # type: ignore[assignment]
    tool = "check" if rule.tool == "*" else rule.tool.replace("*", "")
    if rule.argv:
        wanted = Wanted(tool, effect, argv=tuple(example.split()))
        return _speaks_of(rule, wanted, example)
    if rule.where == ANYWHERE:
        return _speaks_of(rule, Wanted(example, effect), "")
    return _speaks_of(rule, Wanted(tool, effect, (example,)), example)
