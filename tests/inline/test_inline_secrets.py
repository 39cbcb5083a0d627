"""No secret leaves with a request for an inline suggestion, and no other file's comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fill_support import failure, shop, texts

from redline.adapters.models import litellm_library
from redline.app.inline import models
from redline.core.inline.model import InlineSettings

AWS = "AKIAIOSFODNN7EXAMPLF"
PASSWORD = "horse-Battery-staple-91"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
BODY = "\n".join("MIIEpAIBAAKCAQEA" + f"{number:02}" * 24 for number in range(40))
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----"


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    litellm_library.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.mark.parametrize("fill", ["suffix", "chat"])
async def test_planted_secrets_stay_here(folder: Path, fill: str) -> None:
    client = f'def connect(items):\n    password = "{PASSWORD}"\n    return total(items)\n'
    source = (
        f'AWS_KEY = "{AWS}"\nKEY = """{PEM}"""\n\n\ndef total(items):\n    return ‸\n\n\n'
        f'def other(items):\n    return total(items)\nGITHUB_TOKEN = "{TOKEN}"\n'
    )
    files = {"shop/client.py": client}
    async with shop(folder, "> ```\n> sum(items)\n> ```", files, fill=fill) as made:
        made.request(client + "‸", "shop/client.py")
        assert await models.drafts(made.session, made.request(source), 1) != ()
        sent = made.text_sent
        assert "[redacted:" in sent
        assert "def connect(items)" in sent
        secrets = (AWS, PASSWORD, TOKEN, *BODY.split("\n"))
        assert [each for each in secrets if each in sent] == []
        (record,) = made.session.adapters.inline.sent(made.root).kept()
        assert record.redacted == len(re.findall(r"\[redacted:[a-z-]+:\d+\]", sent)) > 2


async def test_a_key_that_the_window_cuts_stays_here(folder: Path) -> None:
    """What is left of it does not look like a key."""
    source = f'KEY = """{PEM}"""\n\n\ndef total(items):\n    return ‸\n'
    async with shop(folder, "> sum(items)", inline=InlineSettings(tokens=600)) as made:
        request = made.request(source)
        await models.drafts(made.session, request, 1)
        prompt = str(made.bodies[0]["prompt"])
        assert "def total" in prompt
        assert ("BEGIN RSA" in prompt, "[redacted:private-key:" in prompt) == (False, True)
        assert [each for each in BODY.split("\n") if each in prompt] == []


async def test_a_secret_of_the_file_comes_back_and_no_other(folder: Path) -> None:
    source = f'AWS_KEY = "{AWS}"\n\nclient = connect(‸\n'
    placeholder = "[redacted:aws-key:1]"
    script = f'text: "\\"{placeholder}\\")"\ncandidate:\n> "[redacted:secret:9]")\ncandidate:\n> x)'
    async with shop(folder, script) as made:
        found = await models.drafts(made.session, made.request(source), 3)
        assert placeholder in str(made.bodies[0]["prompt"])
        assert texts(found) == [f'"{AWS}")', "x)"]


@pytest.mark.parametrize(
    "source",
    [
        f'AWS_KEY = "{AWS[:10]}‸{AWS[10:]}"\n',
        f'AWS_KEY = "{AWS}‸\n',
        f'password = "{PASSWORD}‸\n',
        f'password = "{PASSWORD[:12]}‸{PASSWORD[12:]}"\n',
    ],
)
async def test_within_a_secret_nothing_is_asked(folder: Path, source: str) -> None:
    async with shop(folder, "> x") as made:
        kind, said = failure(await models.drafts(made.session, made.request(source), 1))
        assert (kind, said) == ("policy", "the cursor is in what looks like a secret")
        assert made.server.requests == []
