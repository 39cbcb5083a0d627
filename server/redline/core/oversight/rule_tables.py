"""Rules as they are written in settings: `[[rules]]` tables, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from redline.core.oversight.policy import ANYWHERE, DEFAULT_RULES, Decision, Rule, contradictions

FIELDS = (
    "name", "tool", "effect", "where", "unless", "argv", "decision", "because", "matches",
    "does_not_match",
)  # fmt: skip
_LISTS = ("where", "unless", "argv", "matches", "does_not_match")
EFFECTS = ("*", "read", "propose", "execute", "network")
_EXPECTED = (
    'expected tables such as: [[rules]] name = "migrations", where = ["*/migrations/*"], '
    'decision = "ask"'
)


def rules_of(given: object) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules in the value of the key `rules`, and what is wrong with it, in words.

    A rule with anything wrong is left out: its problem is to be mended, not guessed at.
    """
    if not isinstance(given, list | tuple):
        return (), (_EXPECTED,)
    rules: list[Rule] = []
    wrong: list[str] = []
    taken = {rule.name for rule in DEFAULT_RULES}
    for at, table in enumerate(given, 1):
        rule = _rule(table, at)
        if isinstance(rule, Rule) and rule.name in taken:
            rule = f"rule {at}: there is a rule {rule.name} already; give it another name"
        found = [rule] if isinstance(rule, str) else list(contradictions(rule))
        wrong += found
        if isinstance(rule, Rule) and not found:
            rules.append(rule)
            taken.add(rule.name)
    return tuple(rules), tuple(wrong)


def _rule(table: object, at: int) -> Rule | str:
    """One rule, or what is wrong with it."""
    if not isinstance(table, Mapping):
        return f"rule {at}: {_EXPECTED}"
    odd = [str(key) for key in table if key not in FIELDS]
    if odd:
        return f"rule {at}: there is no {odd[0]!r} in a rule; it has {', '.join(FIELDS)}"
    values: dict[str, str | tuple[str, ...]] = {}
    for key, value in table.items():
        if key in _LISTS:
            if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
                return f"rule {at}: {key} must be a list of strings"
            values[key] = tuple(value)
        elif not isinstance(value, str):
            return f"rule {at}: {key} must be a string"
        else:
            values[key] = value
    return _made(values, at)


def _made(values: Mapping[str, str | tuple[str, ...]], at: int) -> Rule | str:
    texts = {key: value for key, value in values.items() if isinstance(value, str)}
    lists = {key: value for key, value in values.items() if isinstance(value, tuple)}
    name, decision = texts.get("name", ""), texts.get("decision", "")
    if not name:
        return f"rule {at}: a rule needs a name"
    if decision.upper() not in Decision.__members__:
        return f"rule {at} ({name}): decision must be allow, ask or deny"
    effect = texts.get("effect", "*")
    if effect not in EFFECTS:
        return f"rule {at} ({name}): effect must be one of {', '.join(EFFECTS)}"
    if lists.get("argv") and "where" in lists:
        return f"rule {at} ({name}): a rule is about paths or about commands, not both"
    rule = Rule(
        name,
        texts.get("tool", "*"),
        effect,
        lists.get("where") or ANYWHERE,
        lists.get("argv", ()),
        Decision[decision.upper()],
        texts.get("because", "") or f"the rule {name} says so",
        lists.get("matches", ()),
        lists.get("does_not_match", ()),
    )
    return replace(rule, unless=lists.get("unless", ()))
