"""What a check that runs programs is allowed, what came of it, and what it never sees.

Only values and the rules about names are here; who enforces them is an adapter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run of a program may use, with everything it starts, until it is ended.

    `cpu_seconds`, `file_bytes` and `open_files` hold for each process. `output_bytes` is
    what is kept of each of the two streams. `written_bytes` and `written_files` bound all
    that is written anywhere; `returned_bytes` what is handed back of it, as texts.
    """

    seconds: float = 60
    cpu_seconds: int = 60
    memory_bytes: int = 2 << 30
    processes: int = 256
    file_bytes: int = 256 << 20
    open_files: int = 1024
    output_bytes: int = 1 << 20
    written_bytes: int = 512 << 20
    written_files: int = 100_000
    returned_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """A program ran in a scratch copy and has ended, with all it started.

    `reason` says which limit ended it, as far as that can be told: 'time', 'cpu', 'memory',
    'processes', 'output', 'file size', 'written'; '' when it ended by itself. `cut` is True
    when not all of its output was kept. `changed_files` are relative paths with `/` whose
    bytes it changed, made or removed; `written` has the new bytes of those that fit into
    `Limits.returned_bytes`, None for removed ones.
    """

    code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    cut: bool = False
    reason: str = ""
    changed_files: tuple[str, ...] = ()
    written: Mapping[str, bytes | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScratchCopy:
    """A workspace folder with other texts laid over it; the folder itself stays as it is.

    `folder` is its absolute path with links resolved, where programs in the sandbox see the
    copy; `identity` its device and inode, so that nothing else is taken for it later.
    `place` is a private folder of ours. With `copied`, `place/tree` is a whole copy on disk.
    """

    folder: str
    place: str
    identity: tuple[int, int]
    copied: bool = False


# A name that says its file holds secrets; compared without regard to case.
SECRET_FILES = (
    ".env", ".env.*", "*.env", ".envrc", ".netrc", "_netrc", ".npmrc", ".pypirc", ".yarnrc.yml",
    ".git-credentials", ".dockercfg", ".htpasswd", ".vault-token", ".pgpass", ".my.cnf",
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks",
    "*.keystore", "*.kdbx", "*.ppk", "*.tfstate", "*.tfvars", "secrets.json", "secrets.yaml",
    "secrets.yml", "secrets.toml", "credentials.json", "service-account*.json",
)  # fmt: skip
SECRET_FOLDERS = (".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".gcloud")
SECRET_EXAMPLES = ("*.example", "*.sample", "*.template", "*.dist", "example.*", "sample.*")


def secret_file(name: str) -> bool:
    """True when a file of this name is hidden from programs; examples of such files are not."""
    name = name.lower()
    return any(fnmatchcase(name, each) for each in SECRET_FILES) and not any(
        fnmatchcase(name, each) for each in SECRET_EXAMPLES
    )


def secret_folder(name: str) -> bool:
    """True when a folder of this name is hidden whole."""
    return name.lower() in SECRET_FOLDERS


# Variables that may reach a program: how it speaks and finds its parts, never who the user is.
ENVIRONMENT = (
    "PATH", "LANG", "LANGUAGE", "LC_*", "TZ", "TERM", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "CI",
    "PYTHONPATH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED",
    "PYTHONWARNINGS", "PYTHONUTF8", "PYTHONIOENCODING", "VIRTUAL_ENV", "PYTEST_ADDOPTS",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "DJANGO_SETTINGS_MODULE", "MYPYPATH", "NODE_ENV",
    "NODE_PATH", "GOFLAGS", "GOPATH", "GOMODCACHE", "GOROOT", "GOTOOLCHAIN", "RUSTFLAGS",
    "CARGO_HOME", "RUSTUP_HOME", "CARGO_NET_OFFLINE", "JAVA_HOME", "SOURCE_DATE_EPOCH",
)  # fmt: skip
_PROGRAM_PATHS = "/usr/local/bin:/usr/bin:/bin"


def environment_for(given: Mapping[str, str], home: str) -> dict[str, str]:
    """The whole environment of a program: what is allowed of `given`, and a home of its own."""
    base = {"PATH": _PROGRAM_PATHS, "LANG": "C.UTF-8", "TERM": "dumb"}
    allowed = {
        name: value
        for name, value in given.items()
        if any(fnmatchcase(name, each) for each in ENVIRONMENT) and "\0" not in value
    }
    return base | allowed | {"HOME": home, "TMPDIR": "/tmp", "USER": "sandbox"}  # noqa: S108


_SEQUENCES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, links, the clipboard
    r"|\x1b[PX^_].*?(?:\x1b\\|\Z)"  # strings to the device
    r"|[\x1b\x9b]\[?[0-?]*[ -/]*[@-~]",  # colours, movements, modes
    re.DOTALL,
)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def plain(output: bytes) -> str:
    """What a program wrote, as text that no terminal, editor or reader can be tricked by.

    Escape sequences, control characters but tab and line feed, and marks that turn the
    direction of text or are not seen are left out.
    """
    text = output.decode("utf-8", "replace").replace("\r\n", "\n")
    return _UNSEEN.sub("", _SEQUENCES.sub("", text))
