"""What a name or an attribute in Python means, by scopes, imports and classes alone."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from itertools import islice

from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.model import (
    Above,
    Class,
    Defined,
    Function,
    Instance,
    Meaning,
    Module,
    Outside,
    Unknown,
    Value,
    Variable,
)
from redline.core.refactor.python import names

DEEPEST = 12
REMEMBERED = 4
"""How many imports, aliases and bases are followed one after another."""


Meanings = frozenset[Meaning]
UNKNOWN: Meanings = frozenset({Unknown()})
LITERALS = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict, ast.Set)


def meanings(files: Files, view: View, node: ast.expr, depth: int = 0) -> Meanings:
    """Everything that an expression may mean; `Unknown` among it where that is not all."""
    if depth > DEEPEST:
        return UNKNOWN
    if node in files.known:
        return files.known[node]
    found = _meant(files, view, node, depth)
    if depth <= REMEMBERED:  # one that was cut short may be wrong from elsewhere
        files.known[node] = found
    return found


def _meant(files: Files, view: View, node: ast.expr, depth: int) -> Meanings:
    match node:
        case ast.Name(id=name):
            return _of_name(files, view, node, name, depth)
        case ast.Attribute(value=value, attr=attr):
            return _of_attribute(files, view, value, attr, depth)
        case ast.Call(func=ast.Name(id="super"), args=[]):
            return _above(view, node)
        case ast.Call(func=function):
            return frozenset(map(_made, meanings(files, view, function, depth + 1)))
        case ast.NamedExpr(value=value):
            return meanings(files, view, value, depth + 1)
        case ast.Subscript(value=value):
            return _generic(meanings(files, view, value, depth + 1))
    literal = isinstance(node, (*LITERALS, *names.COMPREHENSIONS))
    return frozenset({Outside()}) if literal else UNKNOWN


def _generic(found: Meanings) -> Meanings:
    """What `[...]` behind something gives: of a class, the class."""
    classes = all(isinstance(each, Defined) and _is_class(each) for each in found)
    return found if found and classes else UNKNOWN


def _made(meaning: Meaning) -> Meaning:
    """What a call of something gives."""
    if isinstance(meaning, Defined) and _is_class(meaning):
        return Instance(meaning)
    # A builtin makes a value of its own, except those that hand back what they are given.
    return Outside() if isinstance(meaning, Outside) and meaning.name in MAKERS else Unknown()


MAKERS = frozenset(
    {"str", "int", "float", "bytes", "bytearray", "list", "tuple", "dict", "set", "frozenset"}
    | {"open", "repr", "len", "sorted", "range", "enumerate", "zip", "bool", "format", "hash"}
)


def _is_class(meaning: Defined) -> bool:
    return isinstance(meaning.node, ast.ClassDef)


def _above(view: View, node: ast.AST) -> Meanings:
    owner = next((each for each in view.above(node) if isinstance(each, ast.ClassDef)), None)
    if owner is None:
        return UNKNOWN
    return frozenset({Above(Defined(view.uri, owner))})


def _of_name(files: Files, view: View, node: ast.AST, name: str, depth: int) -> Meanings:
    scope = view.binder(node, name)
    if scope is None:
        found = starred(files, view, name, depth)
        return found or frozenset({Outside(name)} if hasattr(builtins, name) else {Unknown()})
    found_: set[Meaning] = set()
    for binding in view.bindings(scope)[name]:
        found_ |= bound(files, view, binding, name, depth + 1)
    return frozenset(found_) or UNKNOWN


def starred(files: Files, view: View, name: str, depth: int) -> Meanings:
    """What `name` means by the star imports of a file; nothing where it has none."""
    found: set[Meaning] = set()
    for node in names.own(view.tree.body):
        if isinstance(node, ast.ImportFrom) and any(each.name == "*" for each in node.names):
            uri = files.module(view, f"{'.' * node.level}{node.module or ''}")
            if uri is None:
                found.add(Outside())
            elif not name.startswith("_"):
                found |= exported(files, uri, name, depth + 1)
    known = frozenset(each for each in found if not isinstance(each, Outside | Unknown | Value))
    return known or frozenset(found)


def exported(files: Files, uri: str, name: str, depth: int = 0) -> Meanings:
    """What `name` means as a member of the module `uri`."""
    view = files.view(uri)
    if view is None or depth > DEEPEST:
        return UNKNOWN
    found: set[Meaning] = set()
    for binding in view.bindings(view.tree).get(name, ()):
        found |= bound(files, view, binding, name, depth + 1)
    if found:
        return frozenset(found)
    inner = files.module(view, f".{name}") if view.path.endswith("__init__.py") else None
    if inner is not None and inner != uri:
        return frozenset({Module(inner)})
    return starred(files, view, name, depth) or UNKNOWN


def bound(files: Files, view: View, binding: ast.AST, name: str, depth: int) -> Meanings:
    """What one binding of `name` gives it."""
    if depth > DEEPEST:
        return UNKNOWN
    if binding is files.sought:
        return frozenset({Variable(view.uri, binding)})
    if files.sought is not None and isinstance(binding, ast.Name):
        return frozenset({Outside()})  # another variable, whatever it holds
    above = view.parents.get(binding)
    match binding, above:
        case ((ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef()), _):
            return frozenset({Defined(view.uri, binding)})
        case ast.alias(), (ast.Import() | ast.ImportFrom()):
            return _imported(files, view, binding, above, depth)
        case ast.Name(), ast.AnnAssign(annotation=annotation):
            return annotated(files, view, annotation, depth)
        case ast.arg(), ast.arguments():
            return _parameter(files, view, binding, depth)
    value = _given(binding, above)
    found = meanings(files, view, value, depth + 1) if value is not None else UNKNOWN
    return frozenset(Value() if each == Unknown() else each for each in found)


def _given(binding: ast.AST, above: ast.AST | None) -> ast.expr | None:
    """What a plain assignment gives a name."""
    match binding, above:
        case ast.Name(), ast.Assign(targets=[target], value=value) if target is binding:
            return value
        case ast.Name(), ast.NamedExpr(value=value):
            return value
    return None


def _imported(
    files: Files, view: View, alias: ast.alias, node: ast.Import | ast.ImportFrom, depth: int
) -> Meanings:
    if isinstance(node, ast.Import):
        wanted = alias.name if alias.asname else alias.name.partition(".")[0]
        uri = files.module(view, wanted)
        return frozenset({Module(uri) if uri is not None else Outside(wanted)})
    name = f"{'.' * node.level}{node.module or ''}"
    uri = files.module(view, name)
    if uri is not None and uri != view.uri:
        found = exported(files, uri, alias.name, depth + 1)
        if found != UNKNOWN:
            return found
    # A package without a file of its own, or a module that the package does not name.
    inner = files.module(view, f"{name}.{alias.name}" if node.module else f"{name}{alias.name}")
    if inner is not None:
        return frozenset({Module(inner)})
    return UNKNOWN if uri is not None or node.level else frozenset({Outside(alias.name)})


def annotated(files: Files, view: View, annotation: ast.expr, depth: int) -> Meanings:
    """What is of the type that an annotation says."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            inner = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return UNKNOWN
        if not isinstance(inner, ast.Name):
            return UNKNOWN
        found = _of_name(files, view, annotation, inner.id, depth + 1)
    elif isinstance(annotation, ast.Name | ast.Attribute):
        found = meanings(files, view, annotation, depth + 1)
    else:
        return UNKNOWN
    return frozenset(_of_type(each) for each in found)


def _of_type(meaning: Meaning) -> Meaning:
    if isinstance(meaning, Defined) and _is_class(meaning):
        return Instance(meaning)
    return Outside() if isinstance(meaning, Outside) and meaning.name in MAKERS else Unknown()


def _parameter(files: Files, view: View, arg: ast.arg, depth: int) -> Meanings:
    """What a parameter is: by its annotation, or as the first one of a method."""
    around = view.above(arg)
    next(around)
    function = next(around)
    owner = view.parents.get(function)
    if isinstance(function, Function):
        args = function.args
        if arg in (args.vararg, args.kwarg):
            return frozenset({Outside()})
        first = [*args.posonlyargs, *args.args][:1]
        if isinstance(owner, ast.ClassDef) and first == [arg] and not is_static(function):
            whole = Defined(view.uri, owner)
            return frozenset({whole if is_of_class(function) else Instance(whole)})
    return annotated(files, view, arg.annotation, depth) if arg.annotation else UNKNOWN


def marks(function: Function | Class) -> tuple[str, ...]:
    """The last names of the decorators."""
    found = []
    for each in function.decorator_list:
        target = each.func if isinstance(each, ast.Call) else each
        found.append(ast.unparse(target).rpartition(".")[2])
    return tuple(found)


def is_static(function: Function) -> bool:
    """Whether a method has no receiver."""
    return "staticmethod" in marks(function)


def is_of_class(function: Function) -> bool:
    """Whether the first parameter of a method is the class."""
    return "classmethod" in marks(function) or function.name in (
        "__new__",
        "__init_subclass__",
        "__class_getitem__",
    )


def _of_attribute(files: Files, view: View, value: ast.expr, attr: str, depth: int) -> Meanings:
    found: set[Meaning] = set()
    for each in meanings(files, view, value, depth + 1):
        match each:
            case Module(uri):
                found |= _of_module(files, uri, attr, depth)
            case Instance(of):
                found |= _of_instance(files, of, attr, depth)
            case Defined() if _is_class(each):
                found |= member(files, each, attr, depth + 1)
            case Above(of):
                found |= _first(files, lineage(files, of, depth), attr, depth + 1, 1)
            case Outside():
                found.add(Outside(attr))
            case _:
                found.add(Unknown())
    return frozenset(found)


def _of_module(files: Files, uri: str, attr: str, depth: int) -> Meanings:
    found = exported(files, uri, attr, depth + 1)
    inner = files.view(uri)
    if found == UNKNOWN and inner is not None:
        below = files.module(inner, f".{attr}") if inner.path.endswith("__init__.py") else None
        return frozenset({Module(below)}) if below is not None else UNKNOWN
    return found


def _of_instance(files: Files, of: Defined, attr: str, depth: int) -> Meanings:
    if attr == "__class__":
        return frozenset({of})
    return member(files, of, attr, depth + 1)


def member(files: Files, owner: Defined, attr: str, depth: int = 0) -> Meanings:
    """What `attr` of a class is, in itself or in what it is made from."""
    return _first(files, lineage(files, owner, depth), attr, depth)


def _first(
    files: Files, classes: Iterator[Meaning], attr: str, depth: int, skipped: int = 0
) -> Meanings:
    """What the first class that has `attr` gives it."""
    for each in islice(classes, skipped, None):
        if not isinstance(each, Defined):
            return frozenset({each})
        view = files.view(each.uri)
        if view is None or not isinstance(each.node, ast.ClassDef):
            return UNKNOWN
        found: set[Meaning] = set()
        for binding in view.bindings(each.node).get(attr, ()):
            found |= bound(files, view, binding, attr, depth + 1)
        if found:
            return frozenset(found)
    return UNKNOWN


HARMLESS = frozenset({"object", "ABC", "Protocol", "Generic", "NamedTuple", "TypedDict"})
"""Bases from outside that have no methods one would write oneself."""


def lineage(files: Files, owner: Defined, depth: int = 0) -> Iterator[Meaning]:
    """A class and what it is made from, as Python looks through it; `Outside` and `Unknown`
    where something else stands there.
    """
    known = files.lines.get(owner)
    if known is None:
        every = list(_downwards(files, owner, depth))
        last = {each: at for at, each in enumerate(every)}
        known = tuple(each for at, each in enumerate(every) if last[each] == at)
        if depth <= REMEMBERED:
            files.lines[owner] = known
    return iter(known)


def _downwards(files: Files, owner: Defined, depth: int) -> Iterator[Meaning]:
    yield owner
    if depth > DEEPEST:
        yield Unknown()
        return
    for base in bases(files, owner, depth):
        if isinstance(base, Defined):
            yield from _downwards(files, base, depth + 1)
        elif not (isinstance(base, Outside) and base.name in HARMLESS):
            yield base


def bases(files: Files, owner: Defined, depth: int = 0) -> Iterator[Meaning]:
    """What the head of a class names, in order; `Unknown` for what is no class for certain."""
    view = files.view(owner.uri)
    if view is None or not isinstance(owner.node, ast.ClassDef):
        return
    for base in owner.node.bases:
        head = base.value if isinstance(base, ast.Subscript) else base
        for each in meanings(files, view, head, depth + 1):
            match each:
                case Defined(_, ast.ClassDef()) | Outside():
                    yield each
                case _:
                    yield Unknown()
