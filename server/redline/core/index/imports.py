"""Which files of the workspace an import means, by the rules of its language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from redline.core.index import manifests as read
from redline.core.index.import_rules import ecmascript, go, include, java, python, rust, scripts
from redline.core.index.import_rules.paths import Found, last_of

MANIFESTS: frozenset[str] = read.CONFIGS | {"package.json", "go.mod", "Cargo.toml", "composer.json"}
"""Names of the files whose text says what names mean."""

_Rules = Callable[[str, Sequence[str]], tuple[Found, ...]]
_Make = Callable[[Mapping[str, str], Mapping[str, str]], _Rules]


@dataclass(frozen=True, slots=True)
class Modules:
    """What names mean in a workspace: by language, what resolves the imports of a file.

    Each remembers what it found, so that a name is looked for once from one place.
    """

    rules: Mapping[str, _Rules]


def modules(files: Mapping[str, str], manifests: Mapping[str, str]) -> Modules:
    """What names mean in a workspace of `files` (path -> language name) with the texts of its
    manifests by path.

    Paths are relative to the workspace, with `/`. Manifests that are broken say nothing.
    """
    there = set(files.values())
    rules: dict[str, _Rules] = {}
    for languages, make in _FAMILIES:
        if not there.isdisjoint(languages):
            made = make(files, manifests)
            rules |= dict.fromkeys(languages, made)
    return Modules(rules)


def resolved(
    modules: Modules, path: str, language: str, names: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    """For each import of the file at `path` the files it means, sorted; () for what is outside
    the workspace or cannot be told."""
    rules = modules.rules.get(language)
    return rules(path, names) if rules else ((),) * len(names)


def _of(files: Mapping[str, str], languages: Iterable[str]) -> list[str]:
    wanted = frozenset(languages)
    return [path for path, language in files.items() if language in wanted]


def _texts(manifests: Mapping[str, str], *names: str) -> list[tuple[str, str]]:
    return sorted(each for each in manifests.items() if last_of(each[0]) in names)


def _python(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    return partial(python.resolved, python.table(_of(files, ("python",)), files))


def _ecmascript(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    packages = (read.package(*each) for each in _texts(manifests, "package.json"))
    mappings = read.mappings(dict(_texts(manifests, *read.CONFIGS)))
    known = [each for each in packages if each]
    return partial(ecmascript.resolved, ecmascript.table(files, known, mappings))


def _go(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    found = (read.go_module(*each) for each in _texts(manifests, "go.mod"))
    return partial(go.resolved, go.table(_of(files, ("go",)), [each for each in found if each]))


def _rust(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    found = (read.crate(*each) for each in _texts(manifests, "Cargo.toml"))
    crates = [each for each in found if each]
    return partial(rust.resolved, rust.table(_of(files, ("rust",)), crates))


def _java(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    return partial(java.resolved, java.table(_of(files, ("java",))))


def _include(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    return partial(include.resolved, include.table(_of(files, ("c", "cpp"))))


def _ruby(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    return partial(scripts.ruby, scripts.table(_of(files, ("ruby",))))


def _lua(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    return partial(scripts.lua, scripts.table(_of(files, ("lua",))))


def _php(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    texts = _texts(manifests, "composer.json")
    loads = [load for each in texts for load in read.autoloads(*each)]
    return partial(scripts.php, scripts.table(_of(files, ("php",)), loads))


def _shell(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    return partial(scripts.shell, scripts.table(_of(files, ("bash",))))


def _beside(files: Mapping[str, str], manifests: Mapping[str, str]) -> _Rules:
    return partial(scripts.beside, scripts.Table(frozenset(files), {}))


_FAMILIES: tuple[tuple[tuple[str, ...], _Make], ...] = (
    (("python",), _python),
    (("javascript", "typescript", "tsx"), _ecmascript),
    (("go",), _go),
    (("rust",), _rust),
    (("java",), _java),
    (("c", "cpp"), _include),
    (("ruby",), _ruby),
    (("lua",), _lua),
    (("php",), _php),
    (("bash",), _shell),
    (("css", "html"), _beside),
)
