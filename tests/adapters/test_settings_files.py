"""Settings come from their files by rank, and what is wrong is said with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from redline.adapters.places import config_file
from redline.adapters.settings_files import load
from redline.adapters.toml_lines import key_lines
from redline.core.agent.plan import RoleName
from redline.core.inline.model import InlineSettings
from redline.core.oversight.budget import Budget
from redline.core.settings import ROLES, Deployment, Settings, value_of
from redline.core.settings_table import INLINE_FIELDS

NOTHING: Mapping[str, object] = {}


def user(text: str, mode: int = 0o600) -> Path:
    path = config_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def of_user(text: str, mode: int = 0o600) -> tuple[Settings, list[str]]:
    user(text, mode)
    settings, problems = load(None, None, NOTHING, NOTHING)
    return settings, [str(problem) for problem in problems]


def of_workspace(root: Path, text: str) -> tuple[Settings, list[str]]:
    (root / "redline.toml").write_text(text)
    settings, problems = load(root, None, NOTHING, NOTHING)
    assert not any(problem.fatal for problem in problems)
    return settings, [str(problem) for problem in problems]


def test_without_any_file_the_built_in_values_hold(tmp_path: Path) -> None:
    assert load(tmp_path, None, NOTHING, NOTHING) == (Settings(), ())


def test_for_ordinary_values_the_later_layer_wins(tmp_path: Path) -> None:
    path = user('model = "user/m"\nmodel_timeout = 1\nsymbols = "on"\nindex.exclude = ["u"]')
    team = tmp_path / "team.toml"
    team.write_text('model = "team/m"\nmodel_timeout = 2\nsymbols = "off"')
    client = {"model": "client/m", "model_timeout": 3}
    settings, problems = load(None, team, client, {"model": "line/m"})
    assert problems == ()
    assert (settings.model, settings.model_timeout, settings.symbols) == ("line/m", 3.0, "off")
    assert settings.origins == {
        "model": "command line",
        "model_timeout": "client",
        "symbols": f"team ({team})",
        "index.exclude": f"user ({path})",
    }


def test_the_workspace_ranks_below_the_user(tmp_path: Path) -> None:
    user('[index]\nexclude = ["mine"]')
    settings, problems = of_workspace(tmp_path, 'index.exclude = ["theirs"]')
    assert (settings.exclude, problems) == (("mine",), [])


def test_the_workspace_may_leave_out_more_files(tmp_path: Path) -> None:
    settings, problems = of_workspace(tmp_path, 'index.exclude = ["*.min.js"]')
    assert (settings.exclude, problems) == (("*.min.js",), [])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", '"openai/gpt"'),
        ("api_base", '"http://evil.example"'),
        ("api_key", '"k"'),
        ("model_timeout", "1"),
        ("symbols", '"off"'),
        ("language_servers.python", '["./evil"]'),
        ("fallbacks", '["openai/evil"]'),
        ("roles.scout.model", '"openai/evil"'),
        ("models.openai/gpt.api_base", '"http://evil.example"'),
        ("models.openai/gpt.api_key", '"k"'),
    ],
)
def test_the_workspace_may_never_set_endpoints_keys_or_commands(
    tmp_path: Path, key: str, value: str
) -> None:
    group, _, name = key.rpartition(".")
    quoted = f'models."openai/gpt".{name}' if group.startswith("models.") else key
    settings, problems = of_workspace(tmp_path, f"# hello\n{quoted} = {value}")
    assert settings == Settings()
    assert problems == [
        f"{tmp_path}/redline.toml:2: {key}: a workspace may not set this; put it in your user file"
    ]


def test_of_budgets_the_strictest_wins(tmp_path: Path) -> None:
    user("[budget]\ncost = 9\ntokens = 500\nfiles = 3")
    team = tmp_path / "team.toml"
    team.write_text("budget.cost = 5\nbudget.tokens = 900")
    (tmp_path / "redline.toml").write_text("budget.model_calls = 2\nbudget.files = 1")
    client = {"budget": {"cost": 7, "tokens": 600}}
    settings, problems = load(tmp_path, team, client, {"budget.cost": 6})
    assert problems == ()
    expected = Budget(model_calls=2, tokens=500, cost=5.0, seconds=Budget().seconds, files=1)
    assert settings.budget == expected


def test_limits_of_days_and_workspaces_are_budgets_too(tmp_path: Path) -> None:
    user("[budget]\nday_cost = 3\nday_tokens = 700")
    settings, problems = of_workspace(tmp_path, "budget.day_cost = 2\nbudget.workspace_cost = 9")
    assert problems == []
    assert settings.budget == Budget(day_cost=2.0, day_tokens=700, workspace_cost=9.0)


def test_models_have_addresses_keys_and_stand_ins_of_their_own() -> None:
    settings, problems = of_user(
        'model = "openai/main-4.1"\nfallbacks = ["anthropic/other"]\n'
        '[roles]\nreviewer.model = "openai/careful"\n'
        '[models."openai/main-4.1"]\napi_base = "http://here/v1"\n'
        '[models."anthropic/other"]\napi_key = "secret"\napi_base = "http://there"\n'
    )
    assert problems == []
    assert settings.fallbacks == ("anthropic/other",)
    assert settings.roles == {"reviewer": "openai/careful"}
    assert settings.deployments == {
        "openai/main-4.1": Deployment("http://here/v1"),
        "anthropic/other": Deployment("http://there", "secret"),
    }
    assert "secret" not in repr(settings)


def test_a_key_of_one_model_is_a_key_like_any_other(tmp_path: Path) -> None:
    text = '# mine\n[models."openai/x"]\napi_key = "k"\napi_base = "http://here"'
    settings, problems = of_user(text, 0o644)
    assert settings.deployments == {"openai/x": Deployment("http://here")}
    path = config_file()
    said = f"models.openai/x.api_key: others may read the key in this file; chmod 600 {path}"
    assert problems == [f"{path}:3: {said}"]
    user("")
    team = tmp_path / "team.toml"
    team.write_text(text)
    settings, found = load(None, team, NOTHING, NOTHING)
    assert settings.deployments == {"openai/x": Deployment("http://here")}
    assert [problem.key for problem in found] == ["models.openai/x.api_key"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('roles.boss.model = "openai/x"', "expected roles.ROLE.model with a role of planner,"),
        ('roles.scout.mood = "good"', "expected roles.ROLE.model"),
        ('[models."openai"]\napi_base = "x"', 'expected [models."provider/name"] with api_base'),
        ('[models."openai/x"]\ncolour = "x"', 'expected [models."provider/name"] with api_base'),
        ('fallbacks = ["builtin"]', "expected models as provider/name, got"),
        ('fallbacks = "openai/x"', "expected a list of strings"),
    ],
)
def test_models_that_cannot_be_are_refused(text: str, said: str) -> None:
    settings, problems = of_user(text)
    assert settings == Settings()
    assert len(problems) == 1
    assert said in problems[0]


def test_roles_are_those_of_runs_and_inline_suggestions() -> None:
    assert set(ROLES) == {*get_args(RoleName), "inline"}


def test_inline_suggestions_are_set_by_keys_of_their_own() -> None:
    text = """inline = "off"
inline_languages_off = ["go"]
inline_comments = "off"
inline_strings = "on"
inline_deadline = 0.2
inline_candidates = 1
inline_next_edit = "off"
roles.inline.model = "provider/name"
"""
    settings, problems = of_user(text)
    assert problems == []
    assert settings.roles == {"inline": "provider/name"}
    wanted = InlineSettings(False, ("go",), False, True, 0.2, 1, False)
    assert settings.inline == wanted
    said = {key: value_of(settings, key) for key in INLINE_FIELDS}
    assert said == {
        "inline": "off",
        "inline_languages_off": ("go",),
        "inline_comments": "off",
        "inline_strings": "on",
        "inline_deadline": 0.2,
        "inline_candidates": 1,
        "inline_tokens": 1500,
        "inline_next_edit": "off",
    }


def test_the_workspace_may_not_raise_a_limit_nobody_set(tmp_path: Path) -> None:
    text = "budget.cost = 1000\nindex.max_file_bytes = 9_000_000_000"
    settings, problems = of_workspace(tmp_path, text)
    assert settings == Settings()
    path = tmp_path / "redline.toml"
    assert problems == [
        f"{path}:1: budget.cost: a workspace may only lower this; 2 stays",
        f"{path}:2: index.max_file_bytes: a workspace may only lower this; 2e+06 stays",
    ]


def test_the_user_may_raise_a_built_in_limit() -> None:
    settings, problems = of_user("budget.cost = 50")
    assert (settings.budget.cost, problems) == (50.0, [])


def test_a_key_comes_from_the_environment_before_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert of_user('api_key = "from file"')[0].api_key == "from file"
    monkeypatch.setenv("REDLINE_API_KEY", "from environment")
    settings, problems = load(None, None, NOTHING, NOTHING)
    assert (settings.api_key, problems) == ("from environment", ())
    assert settings.origins["api_key"] == "user (environment variable REDLINE_API_KEY)"
    assert load(None, None, {"api_key": "secret storage"}, NOTHING)[0].api_key == "secret storage"
    assert "from environment" not in repr(settings)


def test_no_other_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REDLINE_MODEL", "REDLINE_API_BASE", "MODEL", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "evil")
    assert load(None, None, NOTHING, NOTHING) == (Settings(), ())


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_in_a_file_others_may_read_is_not_used(mode: int) -> None:
    settings, problems = of_user('model = "a/b"\napi_key = "k"', mode)
    assert (settings.model, settings.api_key) == ("a/b", "")
    path = config_file()
    assert problems == [
        f"{path}:2: api_key: others may read the key in this file; chmod 600 {path}"
    ]


def test_a_file_without_a_key_may_be_readable() -> None:
    assert of_user('model = "a/b"', 0o644)[1] == []


def test_a_team_file_and_a_command_line_may_hold_no_key(tmp_path: Path) -> None:
    team = tmp_path / "team.toml"
    team.write_text('\n\napi_key = "shared"')
    settings, problems = load(None, team, NOTHING, {"api_key": "seen in ps"})
    assert settings.api_key == ""
    assert [(problem.source, problem.line, problem.fatal) for problem in problems] == [
        (str(team), 3, True),
        ("command line", 0, True),
    ]
    assert all("REDLINE_API_KEY" in problem.message for problem in problems)


def test_a_team_file_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    (problem,) = load(None, tmp_path / "no.toml", NOTHING, NOTHING)[1]
    assert str(problem) == f"{tmp_path}/no.toml: file: there is no such file"
    (problem,) = load(None, tmp_path, NOTHING, NOTHING)[1]
    assert str(problem) == f"{tmp_path}: file: a folder"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = 1\nb = \n", 2, "Invalid value"),
        ("\n\nnonsense\n", 3, "Expected '=' after a key"),
        ('a = "open\n', 1, "Illegal character"),
        ("a = [1,\n2\n", 2, "Unclosed array"),
        ("a = 1\na = 2", 2, "Cannot overwrite a value"),
    ],
)
def test_a_syntax_error_names_its_line(text: str, line: int, message: str) -> None:
    settings, (problem,) = of_user(text)
    assert settings == Settings()
    assert problem.startswith(f"{config_file()}:{line}: syntax: {message}")
    assert "expected TOML" in problem


def test_text_that_is_not_utf8_names_its_line() -> None:
    path = user("")
    path.write_bytes(b'model = "a/b"\nsymbols = "\xff"\n')
    (problem,) = load(None, None, NOTHING, NOTHING)[1]
    assert str(problem) == f"{path}:2: syntax: expected UTF-8 text"


def test_a_wrong_type_and_an_unknown_key_name_their_lines() -> None:
    text = '# c\n[budget]\ncost = "much"\n\n[index]\nexclud = []\n'
    problems = of_user(text)[1]
    assert problems[0].startswith(f"{config_file()}:3: budget.cost: expected a number")
    assert problems[1].startswith(f"{config_file()}:6: index.exclud: there is no such setting")


def test_a_workspace_file_that_would_block_is_refused(tmp_path: Path) -> None:
    (tmp_path / "redline.toml").symlink_to("/dev/zero")
    (problem,) = load(tmp_path, None, NOTHING, NOTHING)[1]
    assert problem.message == "not a regular file"


def test_what_a_client_leaves_unset_is_not_a_value() -> None:
    client = {"model": None, "budget": {"cost": None, "tokens": 7}, "index": {}}
    settings, problems = load(None, None, client, NOTHING)
    assert (settings.model, settings.budget.tokens, problems) == ("builtin", 7, ())


def test_windows_line_ends_and_a_bom_are_fine() -> None:
    path = user("")
    path.write_bytes(b'\xef\xbb\xbfmodel = "a/b"\r\n[budget]\r\ncost = 1\r\n')
    settings, problems = load(None, None, NOTHING, NOTHING)
    assert (settings.model, settings.budget.cost, problems) == ("a/b", 1.0, ())


def test_lines_are_found_past_strings_arrays_and_comments() -> None:
    text = '''\
# a = 1
a = """
b = 2
"""
c = [ # ]
  "]", 'x = 3',
  { d = 4 },
]
"e f".'g' = 'h = 5'
[ t . u ]
i = { j = 6,
k = 7 }
[[v]]
w = "\\"#"
x = 8
'''
    assert key_lines(text) == {
        "a": 2,
        "c": 5,
        "e f.g": 9,
        "t.u": 10,
        "t.u.i": 11,
        "v": 13,
        "v.w": 14,
        "v.x": 15,
    }
