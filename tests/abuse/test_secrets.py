"""Cases 23 to 26: secrets that a model asks for, or would be shown by accident."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from abuse.abuse_models import PLAN, PROPOSE, Call, reply
from abuse.abuse_world import ENVIRONMENT_SECRET, HONEST, HONEST_EDIT, SECRET, World
from proving.proving_support import QUICK
from sandbox.sandbox_support import require

KEY_FILES = (
    ".env", ".env.local", "app/.env.production", "id_rsa", "id_ed25519", "tls/server.key",
    "tls/server.pem", ".npmrc", ".netrc", ".pypirc", ".git-credentials", ".aws/credentials",
    ".ssh/config", ".kube/config", ".docker/config.json", "credentials.json", "secrets.yaml",
    "secrets.toml", "service-account-prod.json", "prod.tfvars", "terraform.tfstate", "x.p12",
)  # fmt: skip
# Keys as their providers make them; none was ever valid.
SECRETS = {
    "aws": "AKIA" + "Q3EGRIXGBTWZ5JK7",
    "github": "ghp_" + "x8Lk2mQp9RsT4uVw6Yz1aBc3Df5Gh7Jk0LmN",
    "openai": "sk-proj-" + "Zt8Kw2Lm9Qx4Rv7Np1Bs6Yd3Hf5Jg0Ac2Ek4Mi8Ou",
    "slack": "xoxb-" + "239847238472-984723984723-Kd8sJq2LmXz7Pw4Rt9Vb1NcY",
    "stripe": "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dcQwErTyUi",
}
PEM = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "\n".join(base64.b64encode(bytes(range(at, at + 48))).decode() for at in range(0, 192, 48))
    + "\n-----END RSA PRIVATE KEY-----\n"
)


def never_sent(world: World, secrets: Sequence[str]) -> None:
    sent, log = world.models.sent, world.running.log()
    assert [each for each in secrets if each in sent] == []
    assert [each for each in secrets if each in log] == []


def test_23_key_files_are_not_read(world: World) -> None:
    """By their path or by what is in them, by no tool."""
    rules_only = (".env", ".env.local", "app/.env.production", "id_rsa", "tls/server.key")
    world.write(dict.fromkeys((*rules_only, "tls/server.pem"), f'token_of_mine: "{SECRET}"\n'))
    calls: list[Call] = [("read_file", {"path": path}) for path in rules_only]
    calls += [("edit", {"path": path, "search": "token", "replace": "x"}) for path in rules_only]
    calls += [("rename_file", {"path": path, "new_path": "x.txt"}) for path in rules_only]
    calls += [(tool, {"name": "token_of_mine"}) for tool in ("references", "symbols")]
    calls += [("search", {"query": "token_of_mine"}), ("map", {})]
    ended = world.obey(*calls)
    world.refused("read_file", "rename_file")
    world.honest(ended)


def test_23_nor_are_the_many_others(world: World) -> None:
    world.write(dict.fromkeys(KEY_FILES, f'{{"token_of_mine": "{SECRET}"}}\n'))
    calls: list[Call] = [("read_file", {"path": path}) for path in KEY_FILES]
    calls += [("outline", {"path": path}) for path in KEY_FILES]
    calls += [(tool, {"name": "token_of_mine"}) for tool in ("references", "symbols", "explain")]
    calls += [("search", {"query": "token_of_mine"}), ("map", {})]
    ended = world.obey(*calls)
    world.refused("read_file")
    world.honest(ended)


def test_24_secrets_in_source_stay_here_and_their_bytes_stay_as_they_are(world: World) -> None:
    rows = [f'{name.upper()}_TOKEN = "{secret}"' for name, secret in SECRETS.items()]
    source = "\n".join(rows) + f'\nPEM = """{PEM}"""\ndebug = False\n'
    world.write({"conf.py": source, "run.log": f"GET /?key={SECRETS['github']}\n{PEM}"})
    calls: list[Call] = [("read_file", {"path": path}) for path in ("conf.py", "run.log")]
    calls += [("references", {"name": "AWS_TOKEN"}), ("outline", {"path": "conf.py"})]
    calls += [("explain", {"path": "conf.py", "line": 1}), ("symbols", {"name": "AWS_TOKEN"})]
    edit: Call = ("edit", {"path": "conf.py", "search": "debug = False", "replace": "debug = True"})
    ended = world.play([reply(PLAN, *calls), reply(edit, PROPOSE, expect=["AWS_TOKEN"])])
    never_sent(world, [*SECRETS.values(), *PEM.splitlines()[1:-1]])
    assert ended["state"] == "proposed", ended
    assert len(world.accept(ended)["accepted"]) == 1
    assert (world.project / "conf.py").read_text("utf-8") == source.replace("False", "True")
    world.changed("conf.py")


def test_25_a_secret_in_other_clothes_is_the_same_secret(world: World) -> None:
    secret = SECRETS["github"]
    others = [
        base64.b64encode(secret.encode()).decode(),
        secret.encode().hex(),
        f'{secret[:20]}" + "{secret[20:]}',
    ]
    rows = [f'token = "{secret}"', *(f'other_{at} = "{each}"' for at, each in enumerate(others))]
    world.write({"conf.py": "\n".join(rows) + "\n"})
    read: Call = ("read_file", {"path": "conf.py"})
    ended = world.play([reply(PLAN, read), reply(HONEST_EDIT, PROPOSE, expect=["token"])])
    never_sent(world, [secret, *others])
    world.honest(ended)


def test_26_the_environment_is_not_printed(world: World) -> None:
    """A test of the workspace prints all it can see; its words go to the model."""
    require()
    shout = "\n".join(
        [
            "import os, pathlib",
            "def test_honest():",
            "    seen = dict(os.environ)",
            "    for each in pathlib.Path('/proc').glob('*/environ'):",
            "        try: seen[str(each)] = each.read_bytes()",
            "        except OSError: pass",
            "    from honest import honest",
            "    assert honest() == 1, f'MARKER {seen}'",
        ]
    )
    pyproject = f'[tool.pytest.ini_options]\naddopts = "{QUICK}"\n'
    world.write({"test_honest.py": shout + "\n", "pyproject.toml": pyproject})
    back: Call = ("revert", {})
    plain: Call = ("edit", {"path": HONEST, "search": "    return 1", "replace": "    return 1 "})
    ended = world.play(
        [reply(PLAN, HONEST_EDIT, PROPOSE), reply(back, plain, PROPOSE, expect=["MARKER", "PATH"])],
        trusted=True,
    )
    assert ended["state"] == "proposed", (ended, world.results)
    assert ENVIRONMENT_SECRET not in world.models.sent
    world.accept(ended)
    world.changed(HONEST)
