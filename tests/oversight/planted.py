"""Secrets as their providers make them, made anew from a seed; none was ever valid."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable, Mapping

LETTERS = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + "234567"
HEX = "0123456789abcdef"


def some(chance: random.Random, letters: str, size: int) -> str:
    """`size` letters, at least one of them a digit and one a letter."""
    made = [chance.choice(letters) for _ in range(size)]
    digits = [each for each in letters if each.isdigit()]
    others = [each for each in letters if not each.isdigit()]
    made[size // 3], made[size // 2] = chance.choice(digits), chance.choice(others)
    made[size // 2 + 2] = chance.choice(digits)
    return "".join(made)


def _jwt(chance: random.Random) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
    body = b'{"sub":"%d","name":"x"}' % chance.randrange(10**9)
    return (
        f"{head}.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.{some(chance, LETTERS, 43)}"
    )


SHAPED: Mapping[str, Callable[[random.Random], str]] = {
    "aws": lambda c: "AKIA" + some(c, UPPER, 16),
    "gcp": lambda c: "AIza" + some(c, LETTERS + "_-", 35),
    "github": lambda c: "ghp_" + some(c, LETTERS, 36),
    "github fine": lambda c: "github_pat_" + some(c, LETTERS + "_", 82),
    "gitlab": lambda c: "glpat-" + some(c, LETTERS, 20),
    "slack": lambda c: f"xoxb-{c.randrange(10**11, 10**12)}-{some(c, LETTERS, 24)}",
    "stripe": lambda c: "sk_live_" + some(c, LETTERS, 24),
    "openai": lambda c: "sk-proj-" + some(c, LETTERS, 48),
    "anthropic": lambda c: "sk-ant-api03-" + some(c, LETTERS + "_-", 80),
    "npm": lambda c: "npm_" + some(c, LETTERS, 36),
    "pypi": lambda c: "pypi-AgEIcHlwaS5vcmc" + some(c, LETTERS + "_-", 90),
    "jwt": _jwt,
}
"""Known by what they look like, wherever they stand."""

NAMED: Mapping[str, Callable[[random.Random], str]] = {
    "password": lambda c: some(c, string.ascii_lowercase + string.digits + "!#^", 12),
    "api_key": lambda c: some(c, HEX, 32),
    "SECRET_KEY": lambda c: some(c, LETTERS + "!@#^&*-_+", 50),
    "access_token": lambda c: some(c, LETTERS, 40),
    "client_secret": lambda c: some(c, LETTERS + "~_-", 34),
}
"""Known by the name they are given."""


def key_block(chance: random.Random, rows: int = 6) -> tuple[str, list[str]]:
    """A private key in several lines, and the lines that are secret."""
    data = bytes(chance.randrange(256) for _ in range(48 * rows - 20))
    text = base64.b64encode(data).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    head, foot = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    return "\n".join([head, *lines, foot]), lines


def in_source(name: str, secret: str, at: int) -> str:
    """A line that has a secret in it, in one of the ways people write them."""
    return (
        f'{name} = "{secret}"',
        f"{name}: str = '{secret}'",
        f'os.environ.setdefault("{name.upper()}", "{secret}")',
        f'config = {{"{name}": "{secret}", "debug": False}}',
        f'{name}="{secret}",',
    )[at % 5]


def in_env(name: str, secret: str) -> str:
    """A line of an environment file."""
    return f"{name.upper()}={secret}"
