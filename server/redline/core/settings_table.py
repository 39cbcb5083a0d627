"""The table of settings: every key, what it may hold, and which layers may set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One key: what it may hold and which layers may set it.

    With `user_only` that is the user's file alone, and with `team` the team's as well.
    """

    key: str
    type: type
    purpose: str
    workspace: bool = False
    choices: tuple[str, ...] = ()
    strictest: bool = False
    secret: bool = False
    user_only: bool = False
    team: bool = False


RULES = "rules"
SETTINGS: tuple[Setting, ...] = (
    Setting("model", str, "`builtin`, or `provider/name` through litellm"),
    Setting("api_base", str, "address of an OpenAI-compatible server"),
    Setting("api_key", str, "key of the provider; better in the environment", secret=True),
    Setting("model_timeout", float, "seconds one model call may take"),
    Setting(
        "reviewer",
        str,
        "whether a reviewer reads what a model of a provider wrote before you do",
        choices=("on", "off"),
    ),
    Setting("scouts", int, "steps that only read which may be under way at once"),
    Setting("model_first_token", float, "seconds until a model's reply begins"),
    Setting("model_idle", float, "seconds a model's reply may pause once it has begun"),
    Setting(
        "tool_calls",
        str,
        "how a model calls tools: `native`, or as `text` where it cannot",
        choices=("auto", "native", "text"),
    ),
    Setting(
        "response_cache",
        str,
        "whether the same request to a model may be answered from what it said before",
        choices=("on", "off"),
    ),
    Setting("budget.model_calls", int, "model calls of one run", workspace=True, strictest=True),
    Setting("budget.tokens", int, "tokens of one run", workspace=True, strictest=True),
    Setting("budget.cost", float, "US dollars of one run", workspace=True, strictest=True),
    Setting("budget.seconds", float, "seconds of one run", workspace=True, strictest=True),
    Setting("budget.files", int, "files one run may change", workspace=True, strictest=True),
    Setting("budget.day_cost", float, "US dollars of one day", workspace=True, strictest=True),
    Setting("budget.day_tokens", int, "tokens of one day", workspace=True, strictest=True),
    Setting(
        "budget.workspace_cost",
        float,
        "US dollars of all runs in a workspace",
        workspace=True,
        strictest=True,
    ),
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
    Setting("context.tokens", int, "tokens of code and notes a model is given before it asks"),
    Setting("context.window", int, "tokens a model can hold in all; 0: as litellm knows it"),
    Setting("memory", str, "whether runs leave notes for later ones", choices=("on", "off")),
    Setting("inline", str, "whether code is suggested while you type", choices=("on", "off")),
    Setting("inline_languages_off", tuple, "languages that get no suggestions"),
    Setting("inline_comments", str, "whether comments get suggestions", choices=("on", "off")),
    Setting("inline_strings", str, "whether strings get suggestions", choices=("on", "off")),
    Setting("inline_deadline", float, "seconds until the builtin suggestion stands in"),
    Setting("inline_candidates", int, "suggestions given at most, up to 3"),
    Setting("inline_next_edit", str, "whether the next edit is suggested", choices=("on", "off")),
    Setting("inline_tokens", int, "tokens of code a provider's model is given for a suggestion"),
    Setting("unsandboxed", tuple, "trusted folders whose checks need no sandbox", user_only=True),
    Setting("fallbacks", tuple, "models asked, in order, where the usual one does not answer"),
    Setting(RULES, tuple, "more rules of the policy; a workspace's may only ask or deny", True),
    Setting("journal.days", float, "days after which what runs said is forgotten; 0: never"),
    Setting(
        "telemetry.endpoint",
        str,
        "where spans and metrics go (OTLP over HTTP), or `environment`; nowhere unless set",
        user_only=True,
        team=True,
    ),
    Setting(
        "server.token",
        str,
        "what clients of a server that listens must bring; better in REDLINE_TOKEN",
        secret=True,
        user_only=True,
        team=True,
    ),
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
    "context.tokens": "context_tokens",
    "context.window": "window",
    "journal.days": "journal_days",
    "telemetry.endpoint": "telemetry_endpoint",
    "server.token": "server_token",
}
"""Where a key's value is in `Settings`, for keys whose name is another there."""

INLINE_FIELDS: Mapping[str, str] = {
    "inline": "enabled",
    "inline_languages_off": "languages_off",
    "inline_comments": "comments",
    "inline_strings": "strings",
    "inline_deadline": "deadline",
    "inline_candidates": "candidates",
    "inline_next_edit": "next_edit",
    "inline_tokens": "tokens",
}
"""Where a key's value is in `InlineSettings`."""

KEYS: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}
