"""C and C++: what `#include` finds, without knowing the compiler's search path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from redline.core.index.import_rules.paths import (
    Found,
    Groups,
    ending,
    folder_of,
    grouped,
    joined,
    last_of,
    nearest,
    under,
)

# Headers of C and POSIX: a file of that name is meant only beside the one that includes it.
SYSTEM = frozenset({
    "aio.h", "assert.h", "complex.h", "ctype.h", "dirent.h", "dlfcn.h", "endian.h", "errno.h",
    "fcntl.h", "features.h", "fenv.h", "float.h", "fnmatch.h", "ftw.h", "getopt.h", "glob.h",
    "grp.h", "iconv.h", "inttypes.h", "iso646.h", "langinfo.h", "libgen.h", "limits.h",
    "link.h", "locale.h", "malloc.h", "math.h", "memory.h", "monetary.h", "netdb.h",
    "nl_types.h", "poll.h", "pthread.h", "pwd.h", "regex.h", "sched.h", "search.h",
    "semaphore.h", "setjmp.h", "signal.h", "spawn.h", "stdalign.h", "stdarg.h", "stdatomic.h",
    "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "stdnoreturn.h", "string.h",
    "strings.h", "syslog.h", "tar.h", "termios.h", "tgmath.h", "threads.h", "time.h", "uchar.h",
    "ucontext.h", "unistd.h", "utime.h", "utmp.h", "wchar.h", "wctype.h", "windows.h",
    "wordexp.h",
})  # fmt: skip
_SYSTEM_FOLDERS = ("sys/", "net/", "netinet/", "arpa/", "linux/")


@dataclass(frozen=True, slots=True)
class Table:
    """All C and C++ files by their last part.

    `fitting` remembers which files a path may mean, `known` the answers by folder and name.
    """

    paths: frozenset[str]
    by_last: Groups
    fitting: dict[str, Found] = field(default_factory=dict)
    known: dict[str, dict[str, Found]] = field(default_factory=dict)


def table(paths: Iterable[str]) -> Table:
    """What there is to include."""
    sources = sorted(paths)
    return Table(frozenset(sources), grouped((last_of(path), path) for path in sources))


def resolved(table: Table, path: str, names: Sequence[str]) -> tuple[Found, ...]:
    """The files that `names`, included at `path`, mean."""
    folder = folder_of(path)
    known = table.known.setdefault(folder, {})
    found = []
    for name in names:
        hit = known.get(name)
        if hit is None:
            hit = known[name] = _search(table, folder, name)
        # A header that wraps one of its own name means the other.
        found.append(_search(table, folder, name, path) if hit == (path,) else hit)
    return tuple(found)


def _search(table: Table, folder: str, name: str, but: str = "") -> Found:
    beside, wanted = under(folder, name), name
    if "./" in name or "//" in name or name.startswith("/"):
        place, wanted = joined(folder, name), joined("", name) or ""
        if place is None:
            return ()
        beside = place
    if beside in table.paths and beside != but:
        return (beside,)
    found = table.fitting.get(wanted)
    if found is None:
        found = table.fitting[wanted] = _fitting(table, wanted)
    others = tuple(each for each in found if each != but) if but else found
    return (nearest(folder, others),) if len(others) > 1 else others


def _fitting(table: Table, wanted: str) -> Found:
    """The files that `wanted` may mean, whatever folder is searched."""
    if not wanted or wanted in SYSTEM or wanted.startswith(_SYSTEM_FOLDERS):
        return ()
    return tuple(ending(table.by_last.get(last_of(wanted), ()), wanted))
