"""Where the programs of a project's checks are. Nothing is run to find out.

What is found is only ever run in the sandbox, or where the user allows to do without: it
may be a program of the workspace.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from redline.adapters.uris import path_of
from redline.core.checks.runners import Kind, Runner
from redline.core.problems import ToolProblem
from redline.core.uris import Folder

_ENVIRONMENTS = (".venv", "venv", "env")
_SYSTEM = ("/usr/local/bin", "/usr/bin", "/bin")
_PYTHONS = ("python3", "python")
_MAKES: Mapping[Kind, tuple[str, ...]] = {
    "npm": ("npm", "test", "--silent"),
    "tox": ("tox",),
    "nox": ("nox",),
}
_ALONE: frozenset[Kind] = frozenset({"pytest", "unittest", "vitest", "jest", "mocha", "node"})
"""Runners that need nothing but their own language."""
_ALWAYS = {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "CI": "1"}


class LocalToolchains:
    """The port `Toolchains`."""

    def runner(
        self,
        folder: Folder,
        kinds: Sequence[Kind],
        argv: Mapping[str, tuple[str, ...]],
        python: str,
    ) -> Runner | ToolProblem:
        """The first of `kinds` that is there. `argv` has what the project says by tool."""
        root = _root(folder)
        if root is None:
            return ToolProblem("its files are not on this machine")
        for kind in kinds:
            found = _found(root, kind, argv, python)
            if found is not None:
                return found
        missing = ", ".join(dict.fromkeys(kinds)) or "a test runner"
        return ToolProblem(f"not found: {missing}", unavailable=True)

    def around(self, folder: Folder, argv: Sequence[str], python: str) -> Runner | ToolProblem:
        """A command of the user's: its program found, with what it needs around it."""
        root = _root(folder)
        if root is None or not argv:
            return ToolProblem("there is no command")
        made = _command(root, "make", tuple(argv), python)
        return made or ToolProblem(f"{argv[0]} was not found", unavailable=True)


def _root(folder: Folder) -> Path | None:
    """Where programs see the folder: its path with links resolved."""
    path = path_of(folder.uri)
    return path.resolve() if path is not None else None


def _found(
    root: Path, kind: Kind, argv: Mapping[str, tuple[str, ...]], python: str
) -> Runner | None:
    match kind:
        case "pytest" | "unittest":
            return _python(root, kind, python)
        case "vitest" | "jest" | "mocha":
            script = root / "node_modules" / ".bin" / kind
            node = _program("node")
            if node is None or not script.exists():
                return None
            return _runner(kind, (node, str(script)), f"{kind} by {node}", root)
        case "node":
            node = _program("node")
            return None if node is None else _runner(kind, (node,), f"{node} --test", root)
        case _:
            given = argv.get(kind) or _MAKES.get(kind) or (kind,)
            given = given[:1] if kind in ("go", "cargo") else given
            return _command(root, kind, given, python)


def _command(root: Path, kind: Kind, argv: tuple[str, ...], python: str) -> Runner | None:
    """A command, with the Python of the project first on its PATH."""
    chosen = next(_interpreters(root, python), None)
    places = [str(Path(chosen).parent)] if chosen is not None else []
    program = argv[0]
    if os.sep in program:
        path = root / program
        found = str(path) if path.exists() else None
    else:
        found = _program(program, places)
    if found is None:
        return None
    return _runner(kind, (found, *argv[1:]), " ".join(argv), root, chosen)


def _runner(
    kind: Kind, program: tuple[str, ...], name: str, root: Path, python: str | None = None
) -> Runner:
    """With what the programs need to be readable, and a PATH that holds them."""
    places = [Path(each) for each in (python, program[0]) if each is not None]
    readable = [each for place in places for each in _prefix(place)]
    # The sandbox lets through what a program may know of it.
    own = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    environment = {**own, **_ALWAYS}
    if kind not in _ALONE:
        environment |= _of_go() | _of_cargo()
        readable += [each for each in (*_modules(), *_crates()) if each.is_dir()]
    beside = dict.fromkeys([*(str(each.parent) for each in places), *_SYSTEM])
    environment["PATH"] = os.pathsep.join(beside)
    if places and (places[0].parent.parent / "pyvenv.cfg").is_file():
        environment["VIRTUAL_ENV"] = str(places[0].parent.parent)
    seen = tuple(map(str, dict.fromkeys(readable)))
    return Runner(kind, program, name, seen, environment, str(root))


def _prefix(program: Path) -> Iterator[Path]:
    """The folder a program is installed in, links followed, unless it is the system's."""
    for each in (program, program.resolve()):
        prefix = each.parent.parent if each.parent.name == "bin" else each.parent
        if not prefix.is_relative_to("/usr") and prefix != Path("/"):
            # Of the user's own folders, what is installed there and no more.
            known = prefix.name in (".cargo", ".local") or prefix == Path.home()
            yield each.parent if known else prefix


def _python(root: Path, kind: Kind, given: str) -> Runner | None:
    every = list(_interpreters(root, given))
    able = [each for each in every if _has(Path(each), "pytest")]
    chosen = able[0] if able else every[0] if every and kind == "unittest" else None
    if chosen is None or (kind == "pytest" and not able):
        return None
    without = "" if kind == "pytest" else " (it has no pytest)"
    return _runner(kind, (chosen,), f"{kind} by {chosen}{without}", root, chosen)


def _interpreters(root: Path, given: str) -> Iterator[str]:
    """The one the user names, or else the workspace's own, the active one, those on PATH."""
    if given:
        yield from (given,) if Path(given).is_absolute() and os.access(given, os.X_OK) else ()
        return
    active = [os.environ[name] for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if name in os.environ]
    for prefix in (*(root / name for name in _ENVIRONMENTS), *map(Path, active)):
        for part in ("bin/python", "Scripts/python.exe"):
            if (prefix / part).exists():
                yield str(prefix / part)
    for place in os.get_exec_path():
        for name in _PYTHONS:
            program = Path(place, name)
            if program.is_absolute() and os.access(program, os.X_OK):
                yield str(_behind_shim(program, root))


def _behind_shim(program: Path, root: Path) -> Path:
    """pyenv's programs are scripts that look for the real one: it is looked for here."""
    if program.parent.name != "shims":
        return program
    home = program.parent.parent
    for file in (root / ".python-version", home / "version"):
        with suppress(OSError, UnicodeDecodeError):
            version = file.read_text("utf-8").split("\n")[0].strip()
            real = home / "versions" / version / "bin" / "python"
            if version and "/" not in version and real.exists():
                return real
    return program


def _has(python: Path, package: str) -> bool:
    """Whether a Python can import a package, as far as its folders tell."""
    prefixes = [python.parent.parent]
    config = prefixes[0] / "pyvenv.cfg"
    if not config.is_file() or _sees_system(config):
        prefixes.append(python.resolve().parent.parent)
    patterns = (
        f"lib/python3*/site-packages/{package}",
        f"lib/python3/dist-packages/{package}",
        f"local/lib/python3*/dist-packages/{package}",
        f"Lib/site-packages/{package}",
    )
    return any(next(each.glob(one), None) for each in prefixes for one in patterns)


def _sees_system(config: Path) -> bool:
    with suppress(OSError, UnicodeDecodeError):
        text = config.read_text("utf-8").lower().replace(" ", "")
        return "include-system-site-packages=true" in text
    return False


def _program(name: str, first: Sequence[str] = ()) -> str | None:
    """A program's absolute path; relative places of PATH are left out."""
    places = [*first, *(each for each in os.get_exec_path() if Path(each).is_absolute())]
    return shutil.which(name, path=os.pathsep.join(places)) if Path(name).name == name else None


def _of_go() -> dict[str, str]:
    return {"GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOPATH": str(_go())}


def _go() -> Path:
    return Path(os.environ.get("GOPATH") or Path.home() / "go")


def _modules() -> tuple[Path, ...]:
    return (Path(os.environ.get("GOMODCACHE") or _go() / "pkg" / "mod"),)


def _of_cargo() -> dict[str, str]:
    return {"CARGO_HOME": str(_cargo()), "RUSTUP_HOME": str(_rustup()), "CARGO_NET_OFFLINE": "true"}


def _cargo() -> Path:
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def _rustup() -> Path:
    return Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")


def _crates() -> tuple[Path, ...]:
    """Sources and toolchains; never the folder itself, which may hold a registry's token."""
    return (*(_cargo() / name for name in ("registry", "git")), _rustup())
