"""Languages whose imports are mostly plain paths: Ruby, PHP, Lua, CSS, HTML, Bash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from redline.core.index.import_rules.paths import (
    Found,
    Groups,
    above,
    ending,
    folder_of,
    grouped,
    joined,
    last_of,
    nearest,
    under,
)
from redline.core.index.manifests import Autoload

# Of Ruby itself: a file of that name is not what a plain `require` means.
_RUBY_OWN = frozenset({
    "abbrev", "base64", "benchmark", "bigdecimal", "bundler", "cgi", "coverage", "csv", "date",
    "delegate", "did_you_mean", "digest", "drb", "English", "erb", "etc", "fcntl", "fiddle",
    "fileutils", "find", "forwardable", "getoptlong", "io", "irb", "ipaddr", "json", "logger",
    "matrix", "minitest", "monitor", "mutex_m", "net", "open3", "open-uri", "openssl",
    "optparse", "ostruct", "pathname", "pp", "prettyprint", "prime", "pstore", "psych", "pty",
    "racc", "rake", "rbconfig", "rdoc", "readline", "reline", "resolv", "rexml", "rinda",
    "ripper", "rss", "rubygems", "securerandom", "set", "shellwords", "singleton", "socket",
    "stringio", "strscan", "syslog", "tempfile", "time", "timeout", "tmpdir", "tsort", "un",
    "uri", "weakref", "webrick", "yaml", "zlib",
})  # fmt: skip
# What a shell script says for the folder it is in, or for one it has worked out.
_SHELL_FOLDER = re.compile(r'^"?(?:\$\(.*\)|\$\{.*\}|\$\w+)"?/')


@dataclass(frozen=True, slots=True)
class Table:
    """The files of one language by their last part; `loads` are what namespaces stand for."""

    paths: frozenset[str]
    by_last: Groups
    loads: tuple[Autoload, ...] = ()


def table(paths: Iterable[str], loads: Sequence[Autoload] = ()) -> Table:
    """What there is to load."""
    sources = sorted(paths)
    longest = sorted(loads, key=lambda each: -len(each.prefix))
    by_last = grouped((last_of(path), path) for path in sources)
    return Table(frozenset(sources), by_last, tuple(longest))


def beside(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """CSS and HTML: paths from the folder of the file."""
    folder = folder_of(path)
    return tuple(_there(table, folder, re.split("[?#]", name)[0]) for name in names)


def _there(table: Table, folder: str, name: str) -> Found:
    found = joined(folder, name) if name else None
    return (found,) if found in table.paths else ()


def shell(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """Bash: paths from the folder of the script, whatever it calls it, or from the workspace."""
    folder = folder_of(path)
    plain = (_SHELL_FOLDER.sub("", name).strip('"') for name in names)
    return tuple(_there(table, folder, name) or _there(table, "", name) for name in plain)


def ruby(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """Ruby: what is in a `lib` folder, the nearest, else beside the file."""
    return tuple(_ruby(table, folder_of(path), name) for name in names)


def _ruby(table: Table, folder: str, name: str) -> Found:
    wanted = name if name.endswith(".rb") else f"{name}.rb"
    if not name.startswith("."):
        libraries = ending(table.by_last.get(last_of(wanted), ()), f"lib/{wanted}")
        if libraries:
            return (nearest(folder, libraries),)
        if name.partition("/")[0] in _RUBY_OWN:
            return ()
    return _there(table, folder, wanted)


def lua(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """Lua: from a folder above the file, or from its `lua`, `src` or `lib`; else the only place."""
    return tuple(_lua(table, folder_of(path), name) for name in names)


def _lua(table: Table, folder: str, name: str) -> Found:
    if name.endswith(".lua"):
        return _there(table, folder, name) or _there(table, "", name)
    inner = name.replace(".", "/")
    wanted = [f"{inner}.lua", f"{inner}/init.lua"] if inner.strip("/") else []
    for near in above(folder):
        for root in (near, *(under(near, each) for each in ("lua", "src", "lib"))):
            for each in wanted:
                if under(root, each) in table.paths:
                    return (under(root, each),)
    for each in wanted:
        fitting = ending(table.by_last.get(last_of(each), ()), f"lua/{each}")
        if fitting:
            return (nearest(folder, fitting),)
    return ()


def php(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """PHP: classes by the namespaces of composer.json (PSR-4), and files by path."""
    return tuple(_php(table, folder_of(path), name) for name in names)


def _php(table: Table, folder: str, name: str) -> Found:
    if name.endswith((".php", ".inc", ".phtml")):
        plain = name.lstrip("/")
        places = (_there(table, each, plain) for each in above(folder))
        return next(filter(None, places), ())
    return _autoloaded(table, folder, name.replace(".", "\\").strip("\\"))


def _autoloaded(table: Table, folder: str, name: str) -> Found:
    found = list[tuple[str, str]]()
    for each in table.loads:
        if found and len(each.prefix) < len(found[0][0]):
            break
        if name.startswith(each.prefix):
            inner = name[len(each.prefix) :].replace("\\", "/")
            place = under(each.folder, f"{inner}.php")
            if inner and place in table.paths:
                found.append((each.prefix, place))
    return (nearest(folder, [place for _, place in found]),) if found else ()
