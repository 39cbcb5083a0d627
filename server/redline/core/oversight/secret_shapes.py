"""What secrets look like: keys by their provider's prefix, and values under a telling name.

A shape is looked for only where its anchor stands, so that texts without any are passed
over at the speed of a plain search, and each look is bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from math import log2


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of key: `pattern` is tried where an anchor stands; group 1, or all, is the key."""

    kind: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]


def _shape(kind: str, anchors: str, pattern: str) -> Shape:
    return Shape(kind, tuple(anchors.split()), re.compile(pattern))


_END = r"(?![A-Za-z0-9_-])"
SHAPES: tuple[Shape, ...] = (
    _shape("aws-key", "AKIA ASIA ABIA ACCA", r"[A-Z]{4}[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _shape("gcp-key", "AIza", r"AIza[\w-]{35}" + _END),
    _shape("gcp-key", "ya29.", r"ya29\.[\w-]{20,1024}"),
    _shape("gcp-key", "GOCSPX-", r"GOCSPX-[\w-]{20,64}"),
    _shape("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{30,255}"),
    _shape("github-token", "github_pat_", r"github_pat_\w{30,255}"),
    _shape("gitlab-token", "glpat- gldt- glrt- glptt- glcbt- glsoat-", r"gl[a-z]+-[\w.-]{20,100}"),
    _shape("slack-token", "xox", r"xox[abeoprs]-[\w-]{10,255}"),
    _shape("slack-token", "xapp-", r"xapp-\d-[\w-]{10,255}"),
    _shape("slack-hook", "hooks.slack.com/", r"hooks\.slack\.com/[a-z]{8,9}/([\w/]{20,99})"),
    _shape("stripe-key", "sk_live_ sk_test_ rk_live_ rk_test_", r"[sr]k_(?:live|test)_\w{16,255}"),
    _shape("stripe-key", "whsec_", r"whsec_[A-Za-z0-9+/=]{20,128}"),
    _shape("anthropic-key", "sk-ant-", r"sk-ant-[\w-]{16,255}"),
    _shape("openai-key", "sk-", r"sk-(?!ant-)(?=[\w-]{0,255}\d)\w[\w-]{18,255}"),
    _shape("npm-token", "npm_", r"npm_[A-Za-z0-9]{30,64}" + _END),
    _shape("pypi-token", "pypi-", r"pypi-[A-Z][\w-]{30,1024}"),
    _shape("huggingface-token", "hf_", r"hf_[A-Za-z0-9]{30,64}" + _END),
    _shape("sendgrid-key", "SG.", r"SG\.[\w-]{16,64}\.[\w-]{16,64}"),
    _shape("digitalocean-token", "dop_v1_ doo_v1_ dor_v1_", r"do[opr]_v1_[a-f0-9]{64}"),
    _shape("docker-token", "dckr_pat_", r"dckr_pat_[\w-]{20,64}"),
    _shape("vault-token", "hvs.", r"hvs\.[\w-]{20,255}"),
    _shape("shopify-token", "shpat_ shpss_ shpca_", r"shp(?:at|ss|ca)_[a-fA-F0-9]{32}"),
    _shape("databricks-token", "dapi", r"dapi[a-f0-9]{32}(?:-\d)?" + _END),
    _shape("age-key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{50,70}"),
    _shape("jwt", "eyJ", r"eyJ[\w-]{8,2048}\.eyJ[\w-]{8,8192}\.[\w-]{8,2048}"),
)  # fmt: skip

ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s:/?#@\"'`<>]{0,100}:([^\s/@\"'`<>]{3,200})@"
)
"""An address with a password in it (group 1)."""

HEADER = re.compile(r"(?:basic|bearer)[ \t]+([A-Za-z0-9+/=._~-]{16,2048})", re.IGNORECASE)
LOGIN = re.compile(
    r"login\s{1,4}\S{1,100}\s{1,4}(?:\d{1,6}\t\s{0,4})?password\s{1,4}(\S{3,200})", re.I
)

# What may stand between a telling name and its value: the rest of the name, quotes, an
# annotation, and a sign of assignment.
_REST = r"(?:[\w.-]{0,40}?)[\\\"'`\]]{0,4}"
_SIGN = r"(?:[ \t]{0,4}(?::[ \t]{0,2}[\w\[\]., |]{1,40}[ \t]{0,2}=|=>|:=|[=:,>(])[ \t]{0,4})"
QUOTED = re.compile(
    _REST + _SIGN + r"[brfuBRFU]{0,2}(\\*[\"'`])((?:(?!\1)[^\\\r\n]|\\(?![\"'`])[^\r\n]){6,400})\1"
)
BARE = re.compile(
    r"(?:[\w.-]{0,40}?)(?:[\"']?[ \t]{0,4}(?::=|=>|[=:>])[ \t]{0,4})"
    r"([^\s\"'`,;(){}\[\]<>\\]{8,400})"
)
FLAG = re.compile(r"[\w-]{0,20}[ \t]{1,4}([^\s\"'`,;(){}\[\]<>\\-][^\s\"'`]{7,400})")
"""The value after an option of a command, `--password VALUE`."""

PASSWORDS = ("passw", "pwd", "passphrase")
TELLING = (*PASSWORDS, "secret", "token", "credential", "key")
KEY_OF = re.compile(
    r"(?:api|access|private|secret|encryption|signing|master|auth|shared|service|account|license"
    r"|storage|session|deploy|app|consumer|client|webhook)[_-]?$",
    re.IGNORECASE,
)

_STAND_INS = (
    "password", "passwort", "passwd", "passw", "passphrase", "pass", "secret", "token", "changeme",
    "change", "example", "sample", "placeholder", "default", "dummy", "fake", "test", "admin",
    "user", "login", "letmein", "qwerty", "redacted", "yourkey", "your", "insert", "here", "demo",
    "foobar", "foo", "bar", "baz", "value", "none", "null", "true", "false", "todo", "key", "api",
    "abc", "xyz", "new", "old", "wrong", "invalid", "bad", "good", "correct", "raw", "my",
)  # fmt: skip
_PLAIN = str.maketrans("$0314@57!", "soelaast" + "i")
_TEMPLATE = re.compile(
    r"\$\{|\{\{|\$\(|%\(|%s|<[\w -]+>|\{\w*\}|^\$\w+$|^%\w+%$|\*{3}|\.{3}|x{4}", re.I
)
_PLACE = re.compile(
    r"^(?:\.{0,2}/|~/|[\w.-]+/[\w./-]+\.\w{1,5}$|\w+://)|^\d{4}-\d\d-\d\d|^#[0-9a-fA-F]{3,8}$"
)
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$")


def looks_secret(value: str, password: bool, bare: bool) -> bool:
    """True when the value of a telling name is no word, template, path or piece of code.

    `password`: the name speaks of a password, which may be short; `bare`: no quotes.
    """
    if len(value) < (8 if password else 12) or _TEMPLATE.search(value) or _PLACE.search(value):
        return False
    letters = sum(map(str.isalpha, value))
    digits = sum(map(str.isdigit, value))
    if not letters or " " in value.strip() or (bare and _DOTTED.match(value)):
        return False
    if _bits(value) < (2.5 if password else 3.0) or _worn(value):
        return False
    symbols = len(value) - letters - digits - value.count("_") - value.count("-")
    symbols -= sum(map(value.count, ".:/ "))
    if password and not bare:
        return digits > 0 or symbols > 0
    return digits > 0 and (_turns(value) >= 3 or (len(value) >= 20 and _mixed(value)))


def stands_in(value: str) -> bool:
    """True for what people write where a password would be: templates and everyday words."""
    return bool(_TEMPLATE.search(value)) or _worn(value)


def _worn(value: str) -> bool:
    """Whether little is left of it once everyday words are taken out, also as `pa$$w0rd`."""
    left = {value.lower(), value.lower().translate(_PLAIN)}
    for word in _STAND_INS:
        left = {each.replace(word, "") for each in left}
    return min(sum(map(str.isalnum, each)) for each in left) < 4


def _bits(value: str) -> float:
    """Shannon entropy, in bits for each character."""
    size = len(value)
    counts = [value.count(each) for each in set(value)]
    return -sum(n / size * log2(n / size) for n in counts)


def _turns(value: str) -> int:
    """How often letters and digits take turns."""
    kinds = [each.isdigit() for each in value if each.isalnum()]
    return sum(one != other for one, other in pairwise(kinds))


def _mixed(value: str) -> bool:
    return any(map(str.isupper, value)) and any(map(str.islower, value))
