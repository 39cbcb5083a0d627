"""Secrets are found by their shape, their name, or what they decode to; words are not."""

from __future__ import annotations

import base64
import json
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.planted import NAMED, SHAPED, in_env, in_source, key_block, some
from redline.core.oversight.redaction import (
    PLACEHOLDER,
    Redaction,
    continued,
    redacted,
    restored,
)
from redline.core.oversight.secrets import Found, find

SEEDS = range(12)


def found(text: str) -> list[str]:
    return [text[each.start : each.end] for each in find(text)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", SHAPED)
def test_keys_are_known_by_their_shape(kind: str, seed: int) -> None:
    secret = SHAPED[kind](random.Random(f"{kind}{seed}"))
    for text in (secret, f"GET /?k={secret}&x=1 HTTP/1.1", f'x = ["{secret}"]', f"+{secret}\n"):
        assert found(text) == [secret], text


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMED)
def test_values_are_known_by_their_name(name: str, seed: int) -> None:
    secret = NAMED[name](random.Random(f"{name}{seed}"))
    for at in range(5):
        text = in_source(name, secret, at)
        assert found(text) == [secret], text
        assert found(json.dumps({"line": text})) == [secret], text
    for text in (in_env(name, secret), f"{name}: {secret}", f"tool --{name} {secret} --all"):
        if not set("!#%^&*(){}") & set(secret) and secret[0] != "-":
            assert found(text) == [secret], text


def test_passwords_in_addresses_headers_and_logins() -> None:
    assert found("postgres://app:s3cr-Et@db.local:5432/x") == ["s3cr-Et"]
    assert found("amqp://:hunter2x@q/") == ["hunter2x"]
    assert found("Authorization: Basic dXNlcjpoYWxsMDEyMzQ1Njc4OQ==") == [
        "dXNlcjpoYWxsMDEyMzQ1Njc4OQ=="
    ]
    assert found("machine a.b login me password k7Jd92mm") == ["k7Jd92mm"]
    assert found("machine a.b\n  login me\n  password k7Jd92mm\n") == ["k7Jd92mm"]
    assert found("<password>k7Jd92mmQ1z</password>") == ["k7Jd92mmQ1z"]
    assert found("AccountKey=Zk9Lq2Wm8Rt4Yp1Xs6Vb3Nc7==;End") == ["Zk9Lq2Wm8Rt4Yp1Xs6Vb3Nc7=="]


@pytest.mark.parametrize("lead", ["", "12\t", "+", "    ", "> "])
def test_private_keys_are_found_line_by_line(lead: str) -> None:
    block, lines = key_block(random.Random(lead))
    text = "\n".join(lead + line for line in block.split("\n"))
    secret = found(f"before\n{text}\nafter\n")
    assert [each.removeprefix("+") for each in secret] == lines
    assert found(json.dumps({"key": block, "id": "a"})) == lines
    assert found(block.rpartition("\n")[0][:-20]), "also where the end is cut"


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_encoded_or_split_is_found_too(seed: int) -> None:
    chance = random.Random(seed)
    secret = SHAPED[chance.choice(list(SHAPED))](chance)
    code = base64.b64encode(f'token = "{secret}"'.encode()).decode()
    for text in (code, base64.b64encode(secret.encode()).decode(), secret.encode().hex()):
        (whole,) = found(f'blob = "{text}"')
        assert text.strip("=") in whole + "=="
    for at in (3, len(secret) // 2, len(secret) - 3):
        one, other = secret[:at], secret[at:]
        for joint in ('" + "', '" "', '"\n    "', "' +\n '", '", "', '" \\\n "'):
            quote = joint[0]
            text = f"key = f({quote}{one}{joint}{other}{quote})"
            _, hidden = redacted(Redaction(), text)
            assert one + joint + other not in hidden, text
            assert not (one in hidden and other in hidden), text


WORDS = """
password = "password"
password: str = ""
password = get_password(user)
self.password = kwargs.pop("password", None)
token = "csrfmiddlewaretoken"
token_type = "Bearer"
secret_name = "my-service-secret-name"
SECRET_KEY = os.environ["SECRET_KEY"]
api_key = "<your-api-key>"
api_key = "${API_KEY}"
password = "{{ vault_password }}"
next_token = tokens[index + 1]
public_key = load_key(path)
postgres://user:password@localhost/db
postgres://user:${PASSWORD}@localhost/db
https://example.com:8080/path@2x.png
token = self.parser.next_token1
key = "primary_key_2"
commit 3b6ccc0f1bfc7cf339c27fa53a580222854fa53a
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
from sk-learn import x; task-1234567890123456789012
def test_password_is_hashed_with_sha256_and_salt(self):
AuthenticationForm.error_messages["invalid_login"]
passwords_file = "fixtures/passwords/2024.json"
"""


@pytest.mark.parametrize("line", WORDS.strip().splitlines())
def test_what_is_none(line: str) -> None:
    assert found(line) == []


def test_the_time_is_linear() -> None:
    """Also in texts that are made to be looked through again and again."""
    hostile = (
        'password="' * 50,
        "-----BEGIN RSA PRIVATE KEY-----\n" * 50,
        "eyJ" * 200,
        "://a:" * 80,
    )
    hostile += ('"+"' * 100, "sk-" + "a" * 300, "x_token: a, " * 30, "login " * 80, "a" * 500)
    for text in hostile:
        few, many = _seconds(text * 20), _seconds(text * 160)
        assert many < 8 * 4 * max(few, 0.002), text[:20]


def _seconds(text: str) -> float:
    """The least of three: another process may have taken the cache, never given it."""
    found = []
    for at in range(3):
        other = text + "." * at  # what was looked through once is remembered
        began = time.process_time()
        find(other)
        found.append(time.process_time() - began)
    return min(found)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@st.composite
def planted_texts(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Texts with secrets in them, and the secrets."""
    chance = random.Random(draw(st.integers(0, 10**6)))
    secrets, result = [], []
    for at in range(draw(st.integers(1, 4))):
        kind = chance.choice([*SHAPED])
        secrets.append(SHAPED[kind](chance))
        again = chance.choice(secrets)
        lead, tail = draw(texts), draw(texts)
        result.append(f"{lead}\n{in_source('key', secrets[-1], at)} {again}\n{tail}")
    return result, secrets


@given(planted_texts())
def test_what_went_out_comes_back(planted: tuple[list[str], list[str]]) -> None:
    whole, secrets = planted
    redaction = Redaction()
    sent = []
    for text in whole:
        redaction, hidden = redacted(redaction, text, foreign=True)
        sent.append(hidden)
    assert [each for each in secrets if any(each in text for text in sent)] == []
    assert [restored(redaction, text) for text in sent] == [(text, ()) for text in whole]
    assert [redacted(redaction, text)[1] for text in sent] == sent, "once is enough"


@given(
    st.lists(
        st.sampled_from(
            ["[redacted:aws-key:1]", "[redacted:words:2]", " ", "AKIA" + "Q" * 15 + "7"]
        )
    )
)
def test_a_text_with_such_words_of_its_own(parts: list[str]) -> None:
    text = " ".join(parts)
    redaction, hidden = redacted(Redaction(), text, foreign=True)
    assert restored(redaction, hidden) == (text, ())
    assert "AKIAQ" not in hidden


def test_one_secret_has_one_placeholder_and_is_known_again_without_its_name() -> None:
    secret = some(random.Random(1), "abcdefghij0123456789", 14)
    redaction, first = redacted(Redaction(), f'password = "{secret}"')
    redaction, second = redacted(redaction, f"login with {secret} failed for {secret}")
    assert first == 'password = "[redacted:password:1]"'
    assert second == "login with [redacted:password:1] failed for [redacted:password:1]"
    code = base64.b64encode(f"me:{secret}".encode()).decode()
    redaction, third = redacted(redaction, f"Proxy: {code}")
    assert "[redacted:encoded:2]" in third
    assert restored(redaction, third) == (f"Proxy: {code}", ())
    assert secret not in repr(redaction)


def test_after_a_restart_no_number_is_given_out_twice() -> None:
    redaction = continued(["a [redacted:jwt:7] b", "[redacted:password:3]"])
    assert redacted(redaction, "AKIA" + "Q" * 15 + "7")[1] == "[redacted:aws-key:8]"
    assert restored(redaction, "x [redacted:jwt:7]") == (
        "x [redacted:jwt:7]",
        ("[redacted:jwt:7]",),
    )


def test_places_are_those_of_the_text() -> None:
    text = "é😀 İ AKIA" + "Q" * 15 + "7 PASSWORD = 'k7Jd92mm' İ"
    assert [(e.kind, text[e.start : e.end]) for e in find(text)] == [
        ("aws-key", "AKIA" + "Q" * 15 + "7"),
        ("password", "k7Jd92mm"),
    ]
    assert find("x") == ()
    assert Found("jwt", 1, 2) == Found("jwt", 1, 2)
    assert PLACEHOLDER.pattern
