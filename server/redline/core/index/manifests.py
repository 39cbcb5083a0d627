"""What the manifests of a workspace say of its modules, read from their texts.

A manifest that cannot be read, being typed perhaps, says nothing; none raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from redline.core.index.import_rules.paths import folder_of, joined, last_of, under

_Targets = tuple[tuple[str, tuple[str, ...]], ...]
_CONFIG = "tsconfig.json"
CONFIGS = frozenset(
    {_CONFIG, "jsconfig.json"}
    | {
        f"tsconfig.{kind}.json"
        for kind in ("app", "base", "build", "common", "lib", "node", "shared", "web")
    }
)
"""Those of them that TypeScript reads."""

_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')
# Of package.json, what its package is when it is imported by its name.
_MAINS = ("source", "types", "typings", "module", "main")


@dataclass(frozen=True, slots=True)
class Package:
    """A package.json: paths in it are relative to `folder` and not yet looked at.

    `exports` and `imports` are patterns (`./x/*`) with their targets, of all conditions.
    """

    folder: str
    name: str
    mains: tuple[str, ...] = ()
    exports: _Targets = ()
    imports: _Targets = ()


@dataclass(frozen=True, slots=True)
class Mappings:
    """Where a tsconfig.json looks for names that are not relative: in folder `base`, and by
    patterns whose targets are paths of the workspace."""

    base: str | None
    paths: _Targets


@dataclass(frozen=True, slots=True)
class GoModule:
    """A go.mod; `replaced` are modules that stand in folders relative to it."""

    folder: str
    name: str
    replaced: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Crate:
    """A Cargo.toml with a package: `name` is what other code calls its library, `library` and
    `binaries` its root files relative to `folder`, `renamed` its own names for other packages.

    `old`: of the edition of 2015.
    """

    folder: str
    package: str
    name: str
    library: str
    binaries: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    old: bool = False


@dataclass(frozen=True, slots=True)
class Autoload:
    """A namespace of PHP, ending in a backslash or empty, and the folder of its classes."""

    prefix: str
    folder: str


def package(path: str, text: str) -> Package | None:
    """What the package.json at `path` says."""
    found = _object(_json(text))
    if not found:
        return None
    name = found.get("name")
    return Package(
        folder_of(path),
        name if isinstance(name, str) else "",
        tuple(each for key in _MAINS if isinstance(each := found.get(key), str)),
        _patterns(found.get("exports"), "."),
        _patterns(found.get("imports"), "#"),
    )


def _patterns(value: object, sign: str) -> _Targets:
    """`exports` or `imports`: patterns begin with `sign`; without any it is all for the package."""
    table = _object(value)
    if not any(key.startswith(sign) for key in table):
        targets = tuple(_strings(value))
        return ((sign, targets),) if targets else ()
    return tuple((key, tuple(_strings(each))) for key, each in table.items())


def _strings(value: object) -> Iterator[str]:
    """The strings in a value of JSON, in order, however deep they are."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list | dict):
            inner = each.values() if isinstance(each, dict) else each
            waiting.extend(reversed([*inner]))


def mappings(texts: Mapping[str, str]) -> dict[str, Mappings]:
    """Of `texts`, the tsconfig.json and the like by path, what holds in each folder."""
    read = {path: _object(_json(text)) for path, text in texts.items()}
    found: dict[str, Mappings] = {}
    for path in sorted(read, reverse=True):  # tsconfig.json before jsconfig.json, and it wins
        if last_of(path) not in (_CONFIG, "jsconfig.json"):
            continue
        own = _effective(path, read)
        for each in _strings(read[path].get("references")):
            if own.paths or own.base is not None:
                break
            own = _effective(_config_at(folder_of(path), each, read), read)
        found.setdefault(folder_of(path), own)
    return found


def _config_at(folder: str, written: str, read: Mapping[str, Mapping[str, object]]) -> str:
    """The path of another config as `extends` and `references` write it; '' for none."""
    place = joined(folder, written)
    if place is None:
        return ""
    fitting = (place, f"{place}.json", under(place, _CONFIG))
    return next((each for each in fitting if each in read), "")


def _effective(path: str, read: Mapping[str, Mapping[str, object]]) -> Mappings:
    """What holds in the config at `path`, that which it extends included; the last one wins."""
    base: str | None = None
    paths, beside = dict[str, object](), ""
    for each in _chain(path, read):
        options = _object(read[each].get("compilerOptions"))
        written = options.get("baseUrl")
        if isinstance(written, str):
            base = joined(folder_of(each), written)
        if isinstance(options.get("paths"), dict):
            paths, beside = _object(options.get("paths")), folder_of(each)
    return Mappings(base, _rooted(paths, beside if base is None else base, folder_of(path)))


def _chain(path: str, read: Mapping[str, Mapping[str, object]]) -> list[str]:
    """The configs that make up the one at `path`, itself last; each once, whatever they say."""
    waiting, chain = [path], list[str]()
    while waiting:
        each = waiting.pop()
        if each in chain or each not in read:
            continue
        chain.append(each)
        parents = _strings(read[each].get("extends"))
        waiting += [_config_at(folder_of(each), parent, read) for parent in parents]
    return chain[::-1]


def _rooted(paths: Mapping[str, object], root: str, folder: str) -> _Targets:
    found = []
    for pattern, value in paths.items():
        places = [
            joined(folder, each.removeprefix("${configDir}/"))
            if each.startswith("${configDir}/")
            else joined(root, each)
            for each in _strings(value)
        ]
        found.append((pattern, tuple(each for each in places if each is not None)))
    return tuple(found)


def go_module(path: str, text: str) -> GoModule | None:
    """What the go.mod at `path` says."""
    name, replaced, block = "", list[tuple[str, str]](), ""
    for line in text.splitlines():
        words = [word.strip('"`') for word in line.partition("//")[0].split()]
        if words and words[-1] == "(":
            block = words[0]
            continue
        if words == [")"]:
            block = ""
            continue
        verb, rest = (block, words) if block else ("".join(words[:1]), words[1:])
        if verb == "module" and rest:
            name = rest[0]
        elif verb == "replace" and "=>" in rest[1:-1] and rest[rest.index("=>") + 1][0:1] == ".":
            replaced.append((rest[0], rest[rest.index("=>") + 1]))
    return GoModule(folder_of(path), name, tuple(replaced)) if name else None


_HEADER = re.compile(r"\[+([^\[\]]+)\]+\s*(?:#.*)?")
_PAIR = re.compile(r'([\w."-]+)\s*=\s*(.*)')
_STRING = re.compile(r'"([^"\\]*)"|\'([^\']*)\'')
_RENAMED = re.compile(r'\bpackage\s*=\s*"([^"]*)"')


def crate(path: str, text: str) -> Crate | None:
    """What the Cargo.toml at `path` says; None for one without a package.

    It is read line by line: one that is being typed still names its crate.
    """
    values, renamed, binaries = dict[str, str](), list[tuple[str, str]](), list[str]()
    for key, value in _pairs(text):
        written = _STRING.match(value)
        plain = (written[1] or written[2] or "") if written else value
        values.setdefault(key, plain)
        section, _, last = key.rpartition(".")
        if section == "bin" and last == "path":
            binaries.append(plain)
        if section.endswith("dependencies") and (inner := _RENAMED.search(value)):
            renamed.append((_in_code(last), _in_code(inner[1])))
        elif ".dependencies." in f".{section}" and last == "package":
            renamed.append((_in_code(section.rpartition(".")[2]), _in_code(plain)))
    name = values.get("package.name") or values.get("project.name")
    if not name:
        return None
    return Crate(
        folder_of(path),
        _in_code(name),
        _in_code(values.get("lib.name") or name),
        values.get("lib.path") or "src/lib.rs",
        tuple(binaries),
        tuple(renamed),
        not any(key.startswith("package.edition") for key in values)
        or values.get("package.edition") == "2015",
    )


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """The keys of a TOML text, each with its table's name before it, and what stands there."""
    section = ""
    for line in text.splitlines():
        row = line.strip()
        if header := _HEADER.fullmatch(row):
            section = header[1].replace(" ", "").replace('"', "")
        elif pair := _PAIR.match(row):
            yield f"{section}.{pair[1]}".replace('"', ""), pair[2]


def _in_code(name: str) -> str:
    return name.replace("-", "_")


def autoloads(path: str, text: str) -> tuple[Autoload, ...]:
    """What the composer.json at `path` says of PSR-4."""
    found = _object(_json(text))
    loads = []
    for key in ("autoload", "autoload-dev"):
        for prefix, value in _object(_object(found.get(key)).get("psr-4")).items():
            folders = (joined(folder_of(path), each) for each in _strings(value))
            loads += [Autoload(prefix, each) for each in folders if each is not None]
    return tuple(loads)


def _json(text: str) -> object:
    """A value of JSON, comments and commas too many left out; None for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    bare = _COMMENT.sub(lambda found: found[1] or " ", text.removeprefix("\ufeff"))
    try:
        return json.loads(_COMMA.sub(lambda found: found[1] or "", bare))
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
