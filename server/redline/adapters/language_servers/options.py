"""What single servers need to be told when they start, so that they run nothing of a workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redline.core.problems import ToolProblem
from redline.core.servers import ServerSpec, program_of


@dataclass(frozen=True, slots=True)
class Options:
    """`values` are the `initializationOptions`, `sections` what it may ask for afterwards."""

    values: Mapping[str, object] = field(default_factory=dict)
    sections: Mapping[str, object] = field(default_factory=dict)


_RUST: Mapping[str, object] = {
    # Build scripts and macros are programs of the workspace; so is what a check would run.
    "cargo": {"buildScripts": {"enable": False}, "noDeps": False},
    "procMacro": {"enable": False},
    "checkOnSave": False,
    "files": {"watcher": "client"},
}
# Would ask the network for types.
_NATIVE: Mapping[str, object] = {"tsserver": {"automaticTypeAcquisition": {"enabled": False}}}
_JAVA: Mapping[str, object] = {
    "settings": {
        "java": {
            "import": {
                "gradle": {"enabled": False},  # a build file is a program
                "generatesMetadataFilesAtProjectRoot": False,
            },
            "autobuild": {"enabled": False},
        }
    }
}


def options_of(spec: ServerSpec, program: str) -> Options | ToolProblem:
    """What to tell the server whose program is at `program`, or why it cannot be used."""
    match program_of(spec.argv):
        case "tsc":
            return _native_typescript(program, spec.install)
        case "typescript-language-server":
            return _typescript(program, spec.install)
        case "gopls":
            return _everywhere("gopls", {"pullDiagnostics": True})
        case "rust-analyzer":
            return _everywhere("rust-analyzer", _RUST)
        case "jdtls":
            return Options(_JAVA)
    return Options()


def _everywhere(section: str, values: Mapping[str, object]) -> Options:
    return Options(values, {section: values})


def _native_typescript(program: str, install: str) -> Options | ToolProblem:
    """TypeScript is a language server itself from version 7 on."""
    package = Path(program).resolve().parents[1] / "package.json"
    try:
        found = re.search(r'"version"\s*:\s*"(\d+)', package.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        found = None
    if found is None or int(found[1]) < 7:
        return ToolProblem(f"{program} is older than TypeScript 7: {install}", True)
    return Options(sections=dict.fromkeys(("js/ts", "typescript", "javascript"), _NATIVE))


def _typescript(program: str, install: str) -> Options | ToolProblem:
    """It would take TypeScript from the workspace: it gets the one that lies beside it."""
    parents = Path(program).resolve().parents
    found = next(
        (
            folder / "typescript" / "lib"
            for folder in parents
            if folder.name == "node_modules"
            and (folder / "typescript" / "lib" / "tsserver.js").is_file()
        ),
        None,
    )
    if found is None:
        return ToolProblem(
            f"there is no TypeScript 5 or 6 beside {Path(program).name}: {install}", True
        )
    return Options(
        {
            "hostInfo": "redline",
            # Would ask the network for types.
            "disableAutomaticTypingAcquisition": True,
            # Asked while a project loads, its syntax server answers with a part of the truth.
            "tsserver": {"path": str(found), "useSyntaxServer": "never"},
            "preferences": {"providePrefixAndSuffixTextForRename": True},
        }
    )
