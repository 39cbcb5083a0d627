"""Settings: values that know where they came from, and the rules by which layers combine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from redline.core.oversight.budget import Budget

LayerName = Literal["built-in", "user", "team", "client", "workspace", "command line"]
Value = str | int | float | bool | tuple[str, ...]

SymbolAnswers = Literal["auto", "on", "off"]
Switch = Literal["on", "off"]
TrustUse = Literal["stored", "never"]


SERVER_COMMAND = "language_servers."
SERVERS: Mapping[str, tuple[str, ...]] = {"python": ("ty", "server")}
"""Commands of language servers by language that hold where the user sets none."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the product runs with. `origins` maps a key to the layer its value came from.

    `servers` are commands by language; `server_memory` is in MiB, `server_idle` in seconds.
    `workspace_digest` names the workspace's file as it was read, where that says what to run.
    """

    model: str = "builtin"
    api_base: str = ""
    api_key: str = field(default="", repr=False)
    model_timeout: float = 120.0
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
    workspace_digest: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: what it may hold and which layers may set it."""

    key: str
    type: type
    purpose: str
    workspace: bool = False
    choices: tuple[str, ...] = ()
    strictest: bool = False
    secret: bool = False
    user_only: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("model", str, "`builtin`, or `provider/name` through litellm"),
    Setting("api_base", str, "address of an OpenAI-compatible server"),
    Setting("api_key", str, "key of the provider; better in the environment", secret=True),
    Setting("model_timeout", float, "seconds one model call may take"),
    Setting("budget.model_calls", int, "model calls of one run", workspace=True, strictest=True),
    Setting("budget.tokens", int, "tokens of one run", workspace=True, strictest=True),
    Setting("budget.cost", float, "US dollars of one run", workspace=True, strictest=True),
    Setting("budget.seconds", float, "seconds of one run", workspace=True, strictest=True),
    Setting("budget.files", int, "files one run may change", workspace=True, strictest=True),
    Setting("index.max_file_bytes", int, "larger files are not indexed", workspace=True),
    Setting("index.exclude", tuple, "more patterns to leave out, as in .gitignore", workspace=True),
    Setting(
        "symbols",
        str,
        "whether symbol requests are answered beside other servers",
        choices=("auto", "on", "off"),
    ),
    Setting(
        "code_lenses",
        str,
        "whether open hunks get code lenses (Accept, Reject, Diff)",
        choices=("on", "off"),
    ),
    Setting(
        "trust",
        str,
        "`never`: nothing is trusted in this session, whatever was granted",
        choices=("stored", "never"),
    ),
    Setting("review.days", float, "days after which an undecided proposal expires"),
    Setting("language_servers.python", tuple, "command of the Python language server"),
    Setting("server_limits.memory", int, "MiB a process of a language server may use"),
    Setting("server_limits.number", int, "language servers that run at once"),
    Setting("server_limits.idle", float, "seconds after which an unused server is ended"),
    Setting(
        "checks.tests",
        str,
        "which tests are run before a proposal is shown, in folders you trust",
        choices=("affected", "all", "off"),
    ),
    Setting("checks.seconds", float, "seconds a check that runs programs may take"),
    Setting("checks.python", str, "the Python that runs tests, as an absolute path"),
    Setting("checks.build", tuple, "the command that builds the project", workspace=True),
    Setting("unsandboxed", tuple, "trusted folders whose checks need no sandbox", user_only=True),
)

FIELDS: Mapping[str, str] = {
    "index.max_file_bytes": "max_file_bytes",
    "index.exclude": "exclude",
    "server_limits.memory": "server_memory",
    "server_limits.number": "server_number",
    "server_limits.idle": "server_idle",
    "review.days": "proposal_days",
    "checks.tests": "check_tests",
    "checks.seconds": "check_seconds",
    "checks.python": "check_python",
    "checks.build": "check_build",
}
"""Where a key's value is in `Settings`, for keys whose name is another there."""

KEYS: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


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
    for layer in layers:
        for key, given in layer.values.items():
            value, problem = _value(layer, key, given)
            if problem is not None:
                problems.append(problem)
            if value is None:
                continue
            if _strictest(key) and key in values and not _stricter(value, values[key]):
                continue
            values[key] = value
            origins[key] = f"{layer.name} ({layer.source})" if layer.source else layer.name
    return _settings(values, origins), tuple(problems)


def setting_of(key: str) -> Setting | None:
    """The setting behind a key; every language may have a `language_servers` command."""
    if key.startswith(SERVER_COMMAND) and key not in KEYS:
        language = key.removeprefix(SERVER_COMMAND)
        purpose = f"command of the {language} language server"
        return Setting(key, tuple, purpose) if language.isidentifier() else None
    return KEYS.get(key)


def value_of(settings: Settings, key: str) -> object:
    """What a key stands at."""
    group, _, name = key.rpartition(".")
    if key.startswith(SERVER_COMMAND):
        return settings.servers.get(name, ())
    holder: object = settings.budget if group == "budget" else settings
    return getattr(holder, name if group == "budget" else FIELDS.get(key, key))


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
        return None, problem(f"there is no such setting{hint}")
    if layer.name == "workspace" and not setting.workspace:
        return None, problem("a workspace may not set this; put it in your user file", fatal=False)
    if setting.user_only and layer.name not in ("user", "workspace"):
        return None, problem("this may only be set in your user file", fatal=False)
    value = _typed(setting, given)
    if value is None:
        return None, problem(f"expected {_expected(setting)}, got {_shown(given)}")
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
    budget = Budget()
    plain: dict[str, Value] = {}
    servers = dict(SERVERS)
    for key, value in values.items():
        group, _, name = key.rpartition(".")
        if group == "budget":
            budget = replace(budget, **{name: value})  # type: ignore[arg-type]
        elif key.startswith(SERVER_COMMAND) and isinstance(value, tuple):
            servers[name] = value
        else:
            plain[FIELDS.get(key, key)] = value
    base = Settings(budget=budget, servers=servers, origins=dict(origins))
    return replace(base, **plain)  # type: ignore[arg-type]
