"""Settings: values that know where they came from, and the rules by which layers combine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from redline.core.inline.model import InlineSettings
from redline.core.oversight.budget import Budget
from redline.core.oversight.policy import DEFAULT_RULES, Decision, Rule
from redline.core.oversight.rule_tables import rules_of
from redline.core.settings_table import FIELDS, INLINE_FIELDS, KEYS, RULES, Setting

LayerName = Literal["built-in", "user", "team", "client", "workspace", "command line"]
Value = str | int | float | bool | tuple[str, ...]

SymbolAnswers = Literal["auto", "on", "off"]
Switch = Literal["on", "off"]
ToolCalls = Literal["auto", "native", "text"]
TrustUse = Literal["stored", "never"]
Fill = Literal["auto", "suffix", "markers", "chat"]
"""How a model is given what stands after the cursor: as `suffix` of a completion, between
markers of its own in the prompt, or in the words of a chat."""


SERVER_COMMAND = "language_servers."
SERVERS: Mapping[str, tuple[str, ...]] = {"python": ("ty", "server")}
"""Commands of language servers by language that hold where the user sets none."""


ROLE, DEPLOYMENT = "roles.", "models."
ROLES = ("planner", "scout", "refactorer", "tester", "documenter", "reviewer", "inline")


@dataclass(frozen=True, slots=True)
class Deployment:
    """The address and the key of one model, '' where it has none of its own.

    `fill` is how it is asked for inline suggestions.
    """

    api_base: str = ""
    api_key: str = field(default="", repr=False)
    fill: Fill = "auto"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the product runs with. `origins` maps a key to the layer its value came from.

    `roles` are models by role where one has its own, `deployments` addresses by model.
    `servers` are commands by language; `server_memory` is in MiB, `server_idle` in seconds.
    `workspace_digest` names the workspace's file as it was read, where that says what to run.
    `rules` are added to those that always hold.
    """

    model: str = "builtin"
    api_base: str = ""
    api_key: str = field(default="", repr=False)
    model_timeout: float = 120.0
    reviewer: Switch = "on"
    scouts: int = 3
    model_first_token: float = 60.0
    model_idle: float = 30.0
    tool_calls: ToolCalls = "auto"
    response_cache: Switch = "on"
    budget: Budget = Budget()
    max_file_bytes: int = 2_000_000
    exclude: tuple[str, ...] = ()
    symbols: SymbolAnswers = "auto"
    code_lenses: Switch = "on"
    trust: TrustUse = "stored"
    proposal_days: float = 14.0
    servers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(SERVERS))
    server_memory: int = 4096
    server_number: int = 3
    server_idle: float = 600.0
    check_tests: str = "affected"
    check_seconds: float = 60.0
    check_python: str = ""
    check_build: tuple[str, ...] = ()
    unsandboxed: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    context_tokens: int = 6000
    inline: InlineSettings = InlineSettings()
    window: int = 0
    memory: Switch = "on"
    workspace_digest: str = ""
    rules: tuple[Rule, ...] = ()
    journal_days: float = 90.0
    telemetry_endpoint: str = ""
    server_token: str = field(default="", repr=False)
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def policy(self) -> tuple[Rule, ...]:
        """Every rule that holds: the strictest that matches decides."""
        return (*DEFAULT_RULES, *self.rules)


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings: `values` by dotted key, `source` for people (a path)."""

    name: LayerName
    source: str
    values: Mapping[str, object]
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """A value that cannot be used. `line` is 1-based, 0 where there is none."""

    source: str
    line: int
    key: str
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        where = f"{self.source}:{self.line}" if self.line else self.source
        return f"{where}: {self.key}: {self.message}"


def resolve(layers: Sequence[Layer]) -> tuple[Settings, tuple[SettingsProblem, ...]]:
    """The settings after all `layers`, lowest rank first.

    For ordinary values the later layer wins; for budgets the strictest. The workspace
    may set only what cannot widen rights; anything else in it is reported and ignored.
    """
    values: dict[str, Value] = {}
    origins: dict[str, str] = {}
    problems: list[SettingsProblem] = []
    rules: list[Rule] = []
    for layer in layers:
        for key, given in layer.values.items():
            if key == RULES:
                added, wrong = _rules(layer, given, [each.name for each in rules])
                rules += added
                problems += wrong
                origins[key] = f"{layer.name} ({layer.source})" if layer.source else layer.name
                continue
            value, problem = _value(layer, key, given)
            if problem is not None:
                problems.append(problem)
            if value is None:
                continue
            if _strictest(key) and key in values and not _stricter(value, values[key]):
                continue
            values[key] = value
            origins[key] = f"{layer.name} ({layer.source})" if layer.source else layer.name
    return replace(_settings(values, origins), rules=tuple(rules)), tuple(problems)


def _rules(
    layer: Layer, given: object, taken: Sequence[str]
) -> tuple[list[Rule], list[SettingsProblem]]:
    """The rules of a layer, which are added to those of others. A workspace grants nothing."""
    rules, wrong = rules_of(given)
    source, line = layer.source or layer.name, layer.lines.get(RULES, 0)
    problems = [SettingsProblem(source, line, RULES, each) for each in wrong]
    kept: list[Rule] = []
    for rule in rules:
        if layer.name == "workspace" and rule.decision is Decision.ALLOW:
            said = f"rule {rule.name}: a workspace may only ask or deny"
            problems.append(SettingsProblem(source, line, RULES, said, fatal=False))
        elif rule.name in taken:
            # The strictest decides, so both are kept; each must be known by its own name.
            kept.append(replace(rule, name=f"{rule.name} ({layer.name})"))
        else:
            kept.append(rule)
    return kept, problems


def setting_of(key: str) -> Setting | None:
    """The setting behind a key.

    Every language may have a `language_servers` command, every role a model, and every
    model an address and a key.
    """
    if key.startswith((ROLE, DEPLOYMENT)):
        return _setting_of_model(key)
    if key.startswith(SERVER_COMMAND) and key not in KEYS:
        language = key.removeprefix(SERVER_COMMAND)
        purpose = f"command of the {language} language server"
        return Setting(key, tuple, purpose) if language.isidentifier() else None
    return KEYS.get(key)


def _setting_of_model(key: str) -> Setting | None:
    group, _, field_ = key.rpartition(".")
    role = group.removeprefix(ROLE)
    if key.startswith(ROLE):
        known = role in ROLES and field_ == "model"
        return Setting(key, str, f"the {role}'s own model") if known else None
    name = group.removeprefix(DEPLOYMENT)
    if not _is_hosted(name) or field_ not in ("api_base", "api_key", "fill"):
        return None
    if field_ == "fill":
        return Setting(key, str, f"how {name} fills in code", choices=get_args(Fill))
    what = "address" if field_ == "api_base" else "key"
    return Setting(key, str, f"the {what} of {name}", secret=field_ == "api_key")


def _is_hosted(name: str) -> bool:
    """True for `provider/name`."""
    provider, _, model = name.partition("/")
    return bool(provider and model)


def value_of(settings: Settings, key: str) -> object:
    """What a key stands at."""
    group, _, name = key.rpartition(".")
    if key.startswith(ROLE):
        return settings.roles.get(group.removeprefix(ROLE), "")
    if key.startswith(DEPLOYMENT):
        own = settings.deployments.get(group.removeprefix(DEPLOYMENT), Deployment())
        return {"api_key": own.api_key, "fill": own.fill}.get(name, own.api_base)
    if key.startswith(SERVER_COMMAND):
        return settings.servers.get(name, ())
    if key == RULES:
        return tuple(rule.name for rule in settings.rules)
    if key in INLINE_FIELDS:
        return _said(getattr(settings.inline, INLINE_FIELDS[key]))
    holder: object = settings.budget if group == "budget" else settings
    return getattr(holder, name if group == "budget" else FIELDS.get(key, key))


def _said(value: object) -> object:
    """A switch as it is set."""
    return ("on" if value else "off") if isinstance(value, bool) else value


def _strictest(key: str) -> bool:
    setting = setting_of(key)
    return setting is not None and setting.strictest


def _value(layer: Layer, key: str, given: object) -> tuple[Value | None, SettingsProblem | None]:
    def problem(message: str, fatal: bool = True) -> SettingsProblem:
        return SettingsProblem(
            layer.source or layer.name, layer.lines.get(key, 0), key, message, fatal
        )

    setting = setting_of(key)
    if setting is None:
        near = _nearest(key)
        hint = f"; did you mean {near}?" if near else f"; known keys: {', '.join(KEYS)}"
        if key.startswith(ROLE):
            hint = f"; expected {ROLE}ROLE.model with a role of {', '.join(ROLES)}"
        elif key.startswith(DEPLOYMENT):
            hint = '; expected [models."provider/name"] with api_base, api_key, fill'
        return None, problem(f"there is no such setting{hint}")
    if layer.name == "workspace" and not setting.workspace:
        return None, problem("a workspace may not set this; put it in your user file", fatal=False)
    team = setting.team and layer.name == "team"
    if setting.user_only and not team and layer.name not in ("user", "workspace"):
        return None, problem("this may only be set in your user file", fatal=False)
    value = _typed(setting, given)
    if value is None:
        return None, problem(f"expected {_expected(setting)}, got {_shown(given)}")
    names = value if key == "fallbacks" and isinstance(value, tuple) else ()
    if not all(map(_is_hosted, names)):
        return None, problem(f"expected models as provider/name, got {_shown(given)}")
    if setting.choices and value not in setting.choices:
        return None, problem(f"expected one of {', '.join(setting.choices)}, got {_shown(given)}")
    return value, None


def _typed(setting: Setting, given: object) -> Value | None:
    if isinstance(given, bool):
        return None
    if setting.type is tuple:
        if isinstance(given, list | tuple) and all(isinstance(item, str) for item in given):
            return tuple(given)
        return None
    if setting.type is float and isinstance(given, int | float):
        return float(given) if given >= 0 else None
    if setting.type is int and isinstance(given, int):
        return given if given >= 0 else None
    return given if setting.type is str and isinstance(given, str) else None


def _expected(setting: Setting) -> str:
    names = {str: "a string", int: "a whole number, 0 or more", float: "a number, 0 or more"}
    return names.get(setting.type, "a list of strings")


def _shown(given: object) -> str:
    return repr(given)[:60]


def _stricter(value: Value, than: Value) -> bool:
    return isinstance(value, int | float) and isinstance(than, int | float) and value < than


def _nearest(key: str) -> str:
    last = key.rsplit(".", 1)[-1]
    return next((known for known in KEYS if known.rsplit(".", 1)[-1] == last), "")


def _settings(values: Mapping[str, Value], origins: Mapping[str, str]) -> Settings:
    budget, inline = Budget(), InlineSettings()
    plain: dict[str, Value] = {}
    servers = dict(SERVERS)
    roles: dict[str, str] = {}
    deployments: dict[str, Deployment] = {}
    for key, value in values.items():
        group, _, name = key.rpartition(".")
        if group == "budget":
            budget = replace(budget, **{name: value})  # type: ignore[arg-type]
        elif key in INLINE_FIELDS:
            known_as: Value | bool = value == "on" if value in ("on", "off") else value
            inline = replace(inline, **{INLINE_FIELDS[key]: known_as})  # type: ignore[arg-type]
        elif key.startswith(SERVER_COMMAND) and isinstance(value, tuple):
            servers[name] = value
        elif key.startswith(ROLE):
            roles[group.removeprefix(ROLE)] = str(value)
        elif key.startswith(DEPLOYMENT):
            model = group.removeprefix(DEPLOYMENT)
            known = deployments.get(model, Deployment())
            deployments[model] = replace(known, **{name: str(value)})  # type: ignore[arg-type]
        else:
            plain[FIELDS.get(key, key)] = value
    base = Settings(budget=budget, servers=servers, origins=dict(origins))
    base = replace(base, roles=roles, deployments=deployments, inline=inline)
    return replace(base, **plain)  # type: ignore[arg-type]
