"""Which Python files names mean: modules by their dotted names, and what is bound in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from redline.core.index.import_rules import python as rules
from redline.core.index.import_rules.paths import folder_of, last_of, under
from redline.core.index.query import documents
from redline.core.refactor.project import Project
from redline.core.refactor.python.names import COMPREHENSIONS, binds
from redline.core.refactor.python.scopes import Source, parse, statements

INIT = "__init__.py"
_CLOSED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, *COMPREHENSIONS)
_DEEPEST = 8
"""How many times a name is passed on before it is given up."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One name of an import statement. `module` is as it is written, dots in front with it.

    `name` is '' for `import module`; `bound` is the name it binds, '' for a star.
    """

    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    module: str
    name: str
    bound: str


@dataclass(frozen=True, slots=True)
class Means:
    """A name at the top of the file at `path`; with '' as its name, the module itself."""

    path: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """The names at the top of a file: its `own`, imported ones, and star imports."""

    own: frozenset[str]
    imports: Mapping[str, Imported]
    stars: tuple[Imported, ...]


@dataclass(frozen=True, slots=True)
class Modules:
    """The Python files of a project. What is read is kept, so one value serves one plan.

    `sources` are files by path, None for those that do not parse; `tops` what they bind;
    `starts` the folders that absolute names begin in, by the folder of what is named.
    """

    project: Project
    table: rules.Table
    paths: frozenset[str]
    sources: dict[str, Source | None] = field(default_factory=dict)
    tops: dict[str, Bound | None] = field(default_factory=dict)
    starts: dict[str, str] = field(default_factory=dict)

    def source(self, path: str) -> Source | None:
        """The file parsed; None where it is none, or does not parse."""
        if path not in self.sources:
            uri = self.project.uri_of(path)
            text = self.project.text_of(uri) if uri is not None else None
            self.sources[path] = parse(text.data) if text is not None else None
        return self.sources[path]

    def module(self, path: str, written: str) -> str | None:
        """The file that the module `written` in an import at `path` means; None for outside."""
        exactly = written if written.endswith(".") else f"{written}."
        found = rules.resolved(self.table, path, (exactly,))[0]
        plain = [each for each in found if not each.endswith(".pyi")]
        return next(iter(plain or found), None)


def modules_of(project: Project, more: tuple[str, ...] = ()) -> Modules:
    """The modules of `project`, and those that will stand at the paths `more`."""
    paths, others = set(more), set[str]()
    for uri, facts in documents(project.index):
        (paths if facts.language == "python" else others).add(project.path_of(uri))
    return Modules(project, rules.table(paths, others), frozenset(paths))


def is_package(path: str) -> bool:
    """True for the file that a package is."""
    return last_of(path) == INIT


def package_of(path: str) -> str:
    """The folder that relative imports at `path` start from."""
    return folder_of(path)


def dotted(modules: Modules, path: str) -> str:
    """The absolute name of a file, from the folder above its topmost package.

    A folder without `__init__.py` is a package too where imports say so.
    """
    return _from(_start(modules, _above(modules, path)), path)


def _above(modules: Modules, path: str) -> str:
    """The folder above the topmost package that a file is in."""
    start = folder_of(path)
    while start and start in modules.table.packages:
        start = folder_of(start)
    return start


def _start(modules: Modules, folder: str) -> str:
    """Where the absolute names of what is in `folder` begin, as imports of it say."""
    if folder and folder not in modules.starts:
        seen = _seen(modules, folder)
        parent = _start(modules, folder_of(folder)) if seen is None else folder
        away = seen is None and parent != folder_of(folder)
        modules.starts[folder] = parent if away else folder if seen is None else seen
    return modules.starts.get(folder, folder)


def _seen(modules: Modules, folder: str) -> str | None:
    """The folder that the first absolute import of a file in `folder` begins in."""
    project = modules.project
    for path in sorted(each for each in modules.paths if folder_of(each) == folder):
        for uri in project.imports.importers.get(project.uri_of(path) or "", ()):
            importer = project.path_of(uri)
            source = modules.source(importer)
            for each in imports_in(source) if source is not None else ():
                for written in (each.module, f"{each.module}.{each.name}"):
                    begins = _begins(path, written)
                    if begins is not None and modules.module(importer, written) == path:
                        return begins
    return None


def by_folder(modules: Modules, path: str) -> str:
    """`path:line` of the first import of a file by a folder without `__init__.py`, whose names
    are not followed (`import a.b`, `from a import b`); '' for none.
    """
    project = modules.project
    for uri in project.imports.importers.get(project.uri_of(path) or "", ()):
        importer = project.path_of(uri)
        source = modules.source(importer)
        for each in imports_in(source) if source is not None else ():
            whole = f"{each.module}.{each.name}" if each.name else each.module
            home = each.module if each.name else each.module.rpartition(".")[0]
            known = not home or modules.module(importer, home) is not None
            if not known and modules.module(importer, whole) == path:
                return f"{importer}:{each.node.lineno}"
    return ""


def _begins(path: str, written: str) -> str | None:
    """The folder in which the absolute name `written` means `path`; None where it cannot."""
    whole, tail = f"/{path.removesuffix('.py')}", f"/{written.replace('.', '/')}"
    return whole[: -len(tail)].strip("/") if written and whole.endswith(tail) else None


def _from(start: str, path: str) -> str:
    rest = path[len(start) + 1 if start else 0 :].removesuffix(".py")
    if is_package(path):
        rest = folder_of(rest)
    return rest.replace("/", ".")


def relative(modules: Modules, importer: str, target: str) -> str | None:
    """The name of `target` with dots in front, for an import at `importer`; None without one."""
    here, there = package_of(importer), _from(_above(modules, target), target)
    home = _from(_above(modules, under(here, INIT)), under(here, INIT))
    if here not in modules.table.packages or there.partition(".")[0] != home.partition(".")[0]:
        return None
    ours, theirs = home.split("."), there.split(".")
    shared = 0
    while shared < min(len(ours), len(theirs)) and ours[shared] == theirs[shared]:
        shared += 1
    name = "." * (len(ours) - shared + 1) + ".".join(theirs[shared:])
    return name if modules.module(importer, name) == target else None


def name_of(modules: Modules, importer: str, target: str, *, dots: bool) -> str | None:
    """How an import at `importer` writes the module `target`, relative where `dots` are liked.

    None where no name is sure to mean it.
    """
    if dots and (found := relative(modules, importer, target)) is not None:
        return found
    name = dotted(modules, target)
    if name and modules.module(importer, name) == target:
        return name
    return relative(modules, importer, target)


def imports_in(source: Source) -> Iterator[Imported]:
    """Every name that is imported anywhere in a file."""
    for node in statements(source):
        yield from imported(node)


def imported(node: ast.stmt) -> Iterator[Imported]:
    """The names of one statement, none where it is no import."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            yield Imported(node, alias, alias.name, "", bound)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            bound = "" if alias.name == "*" else alias.asname or alias.name
            yield Imported(node, alias, module, alias.name, bound)


def meaning(modules: Modules, path: str, each: Imported, depth: int = 0) -> Means | None:
    """What an imported name means; None for what is outside or cannot be told."""
    if not each.name:
        whole = each.module if each.alias.asname else each.bound
        found = modules.module(path, whole)
        return Means(found) if found is not None else None
    home = modules.module(path, each.module)
    if home is None or each.name == "*":
        return None
    if home == path:
        # A package that takes a module of its own.
        inner = modules.module(path, f".{each.name}")
        return Means(inner) if inner is not None else None
    return member(modules, Means(home), each.name, depth + 1)


def member(modules: Modules, of: Means, name: str, depth: int = 0) -> Means | None:
    """What `.name` means behind `of`; None for what no module has, or cannot be told."""
    bound = _bound(modules, of.path)
    if of.name or bound is None or depth > _DEEPEST:
        return None
    if name in bound.own:
        return Means(of.path, name)
    if name in bound.imports:
        return meaning(modules, of.path, bound.imports[name], depth)
    if is_package(of.path):
        inner = modules.module(of.path, f".{name}")
        if inner is not None:
            return Means(inner)
    for each in bound.stars if not name.startswith("_") else ():
        home = modules.module(of.path, each.module)
        found = member(modules, Means(home), name, depth + 1) if home else None
        if found is not None:
            return found
    return None


def _bound(modules: Modules, path: str) -> Bound | None:
    """The names at the top of a file; None for one that does not parse."""
    if path not in modules.tops:
        source = modules.source(path)
        modules.tops[path] = _bound_in(source) if source is not None else None
    return modules.tops[path]


def _bound_in(source: Source) -> Bound:
    own: set[str] = set()
    imports: dict[str, Imported] = {}
    stars: list[Imported] = []
    for node in top(source.tree.body):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            own.update(binds(node))
            continue
        for each in imported(node):
            if each.bound:
                imports.setdefault(each.bound, each)
            else:
                stars.append(each)
    return Bound(frozenset(own), imports, tuple(stars))


def top(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """What runs when a module is imported, but for the insides of functions and classes."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, _CLOSED):
            continue
        stack += reversed(list(ast.iter_child_nodes(node)))


def for_types_only(test: ast.expr) -> bool:
    """True for the condition of a block that only a type checker reads."""
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def run_imports(source: Source) -> Iterator[Imported]:
    """What is imported when the module is: not in functions, not for a type checker alone."""
    stack: list[ast.AST] = list(reversed(source.tree.body))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield from imported(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.expr):
            continue
        if isinstance(node, ast.If) and for_types_only(node.test):
            stack += reversed(node.orelse)
            continue
        stack += reversed(list(ast.iter_child_nodes(node)))
