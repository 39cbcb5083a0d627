"""Policy: rules by tool, path, command and effect; the strictest wins, whatever the spelling."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redline.adapters.disk import LocalDisk
from redline.adapters.settings_files import load
from redline.adapters.uris import uri_of
from redline.core.oversight.names import canonical, escapes
from redline.core.oversight.policy import (
    DEFAULT_RULES,
    Decision,
    Doubt,
    Rule,
    Wanted,
    doubts,
    evaluate,
    problems,
    readable,
)
from redline.core.settings import Layer, resolve
from redline.core.uris import Folder

DOCUMENT = Path(__file__).parents[2] / "docs" / "features" / "policy.md"
ALLOW, ASK, DENY = Decision


def verdict(
    path: str, effect: str = "propose", rules: tuple[Rule, ...] = DEFAULT_RULES
) -> Decision:
    return evaluate(rules, Wanted("edit", effect, (path,))).decision  # type: ignore[arg-type]


GIT = (
    ".git/config", ".git/hooks/pre-commit", ".git", "sub/.git/config", ".GIT/config", ".Git/HEAD",
    ".git./config", ".git /config", ".git...  /x", ".git::$INDEX_ALLOCATION/config",
    ".git:stream", "GIT~1/config", "git~1", ".g\u200cit/config", ".gi\u200dt", "\uff0egit/config",
    "./.git/config", "a/.//.git/config", ".git\\config", "a\\.git\\hooks\\x", ".ｇｉｔ/config",
)  # fmt: skip


@pytest.mark.parametrize("path", GIT)
@pytest.mark.parametrize("effect", ["read", "propose"])
def test_gits_own_files_are_refused_however_they_are_spelled(path: str, effect: str) -> None:
    assert verdict(path, effect) is DENY


@pytest.mark.parametrize(
    "path",
    [".gitignore", ".github/workflows/ci.yml", "git/config", "a.git.py", ".env.example", "env.py",
     "cert.md", "src/secrets.py", "docs/ssh.md", "a:b.py"],
)  # fmt: skip
def test_what_only_looks_like_it_is_allowed(path: str) -> None:
    assert verdict(path) is ALLOW


@pytest.mark.parametrize(
    "path",
    [".env", "APP/.ENV", ".env.", ".env::$DATA", "config/prod.env", "id_rsa", "Id_Ed25519",
     "a/server.PEM", ".ssh/config", ".aws/credentials", "deploy/.kube/config", ".npmrc"],
)  # fmt: skip
def test_files_with_secrets_are_never_read(path: str) -> None:
    assert verdict(path, "read") is DENY
    assert verdict(path) is DENY
    assert not readable(DEFAULT_RULES, path)


@pytest.mark.parametrize(
    "path",
    [".vscode/settings.json", "WEB/.VSCode/x", ".mcp.json", ".idea/a.xml", "x.code-workspace"],
)
def test_settings_of_tools_want_a_yes_to_be_changed(path: str) -> None:
    assert verdict(path) is ASK
    assert verdict(path, "read") is ALLOW
    (doubt,) = doubts(DEFAULT_RULES, Wanted("edit", "propose", ("a.py", path)))
    assert doubt == Doubt("editor-settings", path, "settings of tools can run programs")


@pytest.mark.parametrize(
    "path", ["../a", "a/../../b", "/etc/passwd", "C:/x", "C:\\x", "~/.ssh/x", "\\\\host\\x", "a\0b",
             "a\\..\\..\\b", "．．/a", "/a", ".. /a"]
)  # fmt: skip
def test_paths_that_lead_out_are_refused(path: str) -> None:
    assert escapes(path)
    assert verdict(path, "read") is DENY


@given(st.text(max_size=30))
def test_a_name_has_one_canonical_form(path: str) -> None:
    assert canonical(canonical(path)) == canonical(path)
    assert canonical(path.replace("/", "\\")) == canonical(path)


@given(
    st.sampled_from([".git/config", ".env", "a/.vscode/x.json"]),
    st.lists(st.sampled_from(["upper", "dot", "space", "slash", "here"]), max_size=4),
)
def test_no_trick_makes_a_path_less_strict(path: str, tricks: list[str]) -> None:
    spelled = path
    for each in tricks:
        head, _, tail = spelled.partition("/")
        match each:
            case "upper":
                spelled = spelled.upper()
            case "dot":
                spelled = f"{head}./{tail}" if tail else f"{head}."
            case "space":
                spelled = f"{spelled} "
            case "slash":
                spelled = spelled.replace("/", "\\")
            case _:
                spelled = f"./{spelled}"
    assert verdict(spelled) >= verdict(path)


RULES = st.builds(
    Rule,
    name=st.sampled_from("abc"),
    tool=st.sampled_from(["*", "ed*", "read_file"]),
    effect=st.sampled_from(["*", "propose", "read"]),
    where=st.sampled_from([("*",), ("src/*",), ("*.py", "*.md")]),
    decision=st.sampled_from(Decision),
)


@given(st.lists(RULES), RULES, st.sampled_from(["src/a.py", "b.md", "c"]))
def test_one_more_rule_never_makes_it_less_strict(rules: list[Rule], more: Rule, path: str) -> None:
    wanted = Wanted("edit", "propose", (path,))
    assert evaluate([*rules, more], wanted).decision >= evaluate(rules, wanted).decision


def test_commands_are_judged_by_their_first_words() -> None:
    rules = (
        *DEFAULT_RULES,
        Rule("no-push", argv=("git push", "npm publish"), decision=DENY, because="it leaves"),
        Rule("make", argv=("make *",), decision=ASK, because="make runs much"),
    )

    def judged(command: str) -> Decision:
        argv = tuple(command.split())
        return evaluate(rules, Wanted("check", "execute", argv=argv)).decision

    assert judged("git push --force") is DENY
    assert judged("/usr/bin/git push") is DENY
    assert judged("GIT.exe push") is DENY
    assert judged("git pull") is ALLOW
    assert judged("make test") is ASK
    assert judged("make") is ALLOW, "the rule wants one word more"
    assert judged("pytest -q") is ALLOW


def test_examples_are_checked() -> None:
    assert problems(DEFAULT_RULES) == ()
    rules = (
        Rule("a", where=("src/*",), matches=("lib/a",), does_not_match=("src/b",)),
        Rule("b", argv=("git push",), matches=("git pull",)),
        Rule("c", tool="ed*", matches=("read_file",), does_not_match=("edit",)),
    )
    assert [each.partition(":")[0] for each in problems(rules)] == [
        "rule a", "rule a", "rule b", "rule c", "rule c",
    ]  # fmt: skip


MIGRATIONS = {
    "name": "migrations",
    "where": ["*/migrations/*"],
    "effect": "propose",
    "decision": "ask",
    "because": "migrations are made by hand",
    "matches": ["shop/migrations/0001.py"],
    "does_not_match": ["shop/models.py"],
}


def test_rules_of_every_layer_hold_and_a_workspace_grants_nothing() -> None:
    given = {"name": "free", "where": [".git/*"], "decision": "allow"}
    layers = (
        Layer("workspace", "w", {"rules": [{**MIGRATIONS, "decision": "deny"}, given]}),
        Layer("user", "u", {"rules": [MIGRATIONS, given]}),
    )
    settings, wrong = resolve(layers)
    assert [(str(each), each.fatal) for each in wrong] == [
        ("w: rules: rule free: a workspace may only ask or deny", False)
    ]
    assert [rule.name for rule in settings.rules] == ["migrations", "migrations (user)", "free"]
    assert verdict("a/migrations/1.py", rules=settings.policy) is DENY
    assert verdict(".git/config", rules=settings.policy) is DENY, "what always holds is strictest"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"name": "x"}, "decision must be allow, ask or deny"),
        ({"decision": "deny"}, "a rule needs a name"),
        ({"name": "x", "decision": "deny", "path": "a"}, "there is no 'path' in a rule"),
        ({"name": "x", "decision": "deny", "where": "a"}, "where must be a list of strings"),
        ({"name": "x", "decision": "deny", "effect": "write"}, "effect must be one of"),
        ({"name": "secrets", "decision": "deny"}, "there is a rule secrets already"),
        ({**MIGRATIONS, "does_not_match": ["a/migrations/b"]}, "contradicts it"),
        ({"name": "x", "decision": "ask", "argv": ["a"], "where": ["b"]}, "not both"),
        ("deny", "expected tables such as"),
    ],
)
def test_a_rule_that_is_wrong_is_reported_and_not_guessed_at(table: object, said: str) -> None:
    settings, (problem,) = resolve((Layer("user", "u", {"rules": [table]}),))
    assert said in str(problem)
    assert problem.fatal
    assert settings.rules == ()


def test_rules_are_read_from_the_users_file(home: Path) -> None:
    folder = home / "config" / "redline"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(
        '[[rules]]\nname = "a"\nwhere = ["x/*"]\ndecision = "deny"\n'
        '[[rules]]\nname = "b"\nargv = ["npm run deploy"]\ndecision = "ask"\n'
    )
    settings, wrong = load(None, None, {}, {})
    assert wrong == ()
    assert [(rule.name, rule.decision, rule.argv) for rule in settings.rules] == [
        ("a", DENY, ()),
        ("b", ASK, ("npm run deploy",)),
    ]


def test_a_link_is_judged_by_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / ".git" / "hooks").mkdir(parents=True)
    (tmp_path / ".env").write_text("x")
    (tmp_path / "notes.txt").symlink_to(".env")
    (tmp_path / "innocent").symlink_to(".git/hooks")
    folders = (Folder(uri_of(tmp_path), "p"),)
    disk = LocalDisk()

    def names(path: str) -> tuple[str, ...]:
        return disk.names(folders, uri_of(tmp_path) + "/" + path)

    assert names("notes.txt") == ("notes.txt", ".env")
    assert names("innocent/pre-commit") == ("innocent/pre-commit", ".git/hooks/pre-commit")
    assert names("new.txt") == ("new.txt",)
    link = tmp_path / "elsewhere"
    link.symlink_to(tmp_path)
    folders = (Folder(uri_of(link), "p"),)
    assert disk.names(folders, uri_of(link) + "/notes.txt") == ("notes.txt", ".env")


def table() -> str:
    """The rules as the document has them."""
    rows = ["| rule | about | decision | because |", "|---|---|---|---|"]
    for rule in DEFAULT_RULES:
        plain = [each for each in rule.where if not each.startswith("*/")]
        about = ", ".join(f"`{each}`" for each in plain) if rule.where != ("*",) else "everything"
        if rule.argv:
            about = f"commands of tools named `{rule.tool}`"
        effect = f" ({rule.effect})" if rule.effect != "*" else ""
        rows.append(
            f"| `{rule.name}` | {about}{effect} | {rule.decision.name.lower()} | {rule.because} |"
        )
    return "\n".join(rows)


def test_the_document_has_every_rule(pytestconfig: pytest.Config) -> None:
    text = DOCUMENT.read_text("utf-8")
    head, begin, rest = text.partition("<!-- rules -->\n")
    if pytestconfig.getoption("--update"):
        _, end, tail = rest.partition("<!-- end of rules -->")
        DOCUMENT.write_text(f"{head}{begin}\n{table()}\n\n{end}{tail}", "utf-8")
    assert table() in DOCUMENT.read_text("utf-8")
