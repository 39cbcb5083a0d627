"""Changes the parameters of a Python function or method, and every call of it.

What is called is told by names, imports, scopes and classes; a type checker's word
(`uses`) counts where those do not tell. Whatever could call it in another way is a refusal.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from redline.core.index.model import Symbol
from redline.core.index.query import qualified_name, symbols_named
from redline.core.refactor import patches
from redline.core.refactor.call_sites.arguments import Signature, fits, rewritten
from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.lists import Patch
from redline.core.refactor.call_sites.meaning import meanings
from redline.core.refactor.call_sites.model import Defined, Function, Outside, Unknown, Value
from redline.core.refactor.call_sites.target import Found, find, found_sites
from redline.core.refactor.call_sites.uses import Site, harmless
from redline.core.refactor.change_signature.definition import (
    Definition,
    drafted,
    problem_of,
    renamed,
    written,
)
from redline.core.refactor.change_signature.model import (
    AddParameter,
    MoveParameter,
    ParameterChange,
    RemoveParameter,
    RenameParameter,
    SetDefault,
)
from redline.core.refactor.change_signature.notes import by_string, notes
from redline.core.refactor.project import Planned, Project, Use, impossible

__all__ = [
    "AddParameter",
    "MoveParameter",
    "ParameterChange",
    "RemoveParameter",
    "RenameParameter",
    "SetDefault",
    "change_signature",
    "family_of",
]

COMMON = (str, bytes, int, float, list, tuple, dict, set, frozenset, object)


def change_signature(
    project: Project,
    symbol: Symbol,
    changes: Sequence[ParameterChange],
    uses: Sequence[Use] | None = None,
    others: Sequence[Use] | None = None,
) -> Planned:
    """The edits that give `symbol` other parameters, and its calls the arguments for them.

    `symbol` is a function, a method (its overrides change with it), or a class or its
    `__init__`. `uses` are the places that a type checker says mean one of `family_of(symbol)`,
    `others` those of `doubtful` that it says mean something else; None where it was not asked.
    """
    told = frozenset(others) if others is not None else None
    work = _Work(Files(project), frozenset(uses or ()), told)
    problem = work.change(symbol, changes)
    return impossible(f"{qualified_name(symbol)}: {problem}") if problem else work.planned()


def doubtful(
    project: Project,
    symbol: Symbol,
    changes: Sequence[ParameterChange],
    uses: Sequence[Use] | None = None,
) -> tuple[Use, ...]:
    """The places that may mean `symbol`, that the changes concern, and of which neither names
    nor `uses` tell: a type checker is to be asked what is defined there.
    """
    work = _Work(Files(project), frozenset(uses or ()), frozenset())
    work.asking = True
    problem = work.change(symbol, changes)
    return () if problem else tuple(sorted(work.doubts))


def family_of(project: Project, symbol: Symbol) -> tuple[Use, ...]:
    """Where the definitions stand that change together with `symbol`, it first: the bytes of
    their names. A type checker is to be asked for the uses of each.
    """
    files = Files(project)
    found = find(files, symbol)
    if isinstance(found, str):
        return ()
    places: list[Use] = []
    for each in (*found.target.members, *found.makers):
        view = files.view(each.uri)
        if view is not None and isinstance(each, Defined):
            places.append((each.uri, view.defined_name(each.node)))
    return tuple(places)


@dataclass(slots=True)
class _Work:
    """One change as it is worked out. `only`: nothing else in the workspace has the name.
    When `asking`, what is doubtful is gathered in `doubts` and stops nothing.
    """

    files: Files
    uses: frozenset[Use]
    others: frozenset[Use] | None
    asking: bool = False
    doubts: set[Use] = field(default_factory=set)
    patches: dict[str, Patch] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)
    only: bool = False

    def patch(self, view: View) -> Patch:
        """The edits of one file."""
        return self.patches.setdefault(view.uri, Patch(view.source.text.data))

    def change(self, symbol: Symbol, changes: Sequence[ParameterChange]) -> str:
        """Works one symbol in; says why it cannot be done, '' where it can."""
        self.done.add(symbol.id)
        problem = problem_of(changes)
        if problem:
            return problem
        found = find(self.files, symbol)
        if isinstance(found, str):
            return found
        self.only = self._is_only(found)
        made = drafted(self.files, found, changes)
        if isinstance(made, str):
            return made
        seen = made[0].signature
        if seen.moves or seen.renamed:
            place = by_string(self.files, found.target.name)
            if place and not found.outside:
                return f"{place} reaches it by its name in a string"
            if found.outside:
                return found.outside
        for each in made:
            problem = renamed(each, self.patch(each.view))
            if problem:
                return problem
        through = _through(changes)
        problem = self._sites(found, made, changes)
        for each in made:
            problem = problem or written(each, self.patch(each.view))
        for other, change in through:
            if other.id not in self.done and not problem:
                problem = self.change(other, [replace(change, after=None, value="")])
        self.notes += notes(self.files, found.target.name, seen, self.taken)
        return problem

    def _sites(
        self, found: Found, made: Sequence[Definition], changes: Sequence[ParameterChange]
    ) -> str:
        every = list(found_sites(self.files, found, self.uses))
        # The innermost first: what is around is written with what it holds.
        every.sort(key=lambda site: len(site.view.span(site.call or site.node)))
        called = any(site.call is not None for site in every)
        public = found.target.owners and not found.target.name.startswith("_")
        if made[0].signature.moves and public and not called:
            return "nothing here calls it, so what does is not known"
        passed = self._passed(found, changes)
        for site in every:
            problem = self._site(site, made, passed)
            if problem:
                return problem
        return ""

    def _site(
        self, site: Site, made: Sequence[Definition], passed: Mapping[ast.AST, dict[str, str]]
    ) -> str:
        signature = made[0].signature
        if site.how == "store":
            return f"{site.place} gives it another value" if site.sure else ""
        if site.call is not None:
            return self._call(site, signature.bound() if site.bound else signature, passed)
        problem = "" if harmless(site) else _as_value(self.files, site, signature)
        if problem and not site.sure and self._is_other(site):
            return ""
        return problem

    def _call(
        self, site: Site, signature: Signature, passed: Mapping[ast.AST, dict[str, str]]
    ) -> str:
        assert site.call is not None
        values: dict[str, str] = {}
        for above in site.view.above(site.node):
            values |= passed.get(above, {})
        patch = self.patch(site.view)
        scratch = Patch(patch.data, list(patch.edits))
        problem = rewritten(site.view, scratch, site.call, signature, values)
        concerned = bool(problem) or scratch.edits != patch.edits
        if concerned and site.view.lost & {site.node, site.call}:
            problem = "stands in a string that cannot be read"
        if concerned and not site.sure:
            if not fits(site.call, signature.old) or self._is_other(site):
                return ""
            if not (self.only and self.others is not None):
                return f"{site.place} may call it, which names alone do not tell"
            self.taken.append(site.place)
        if problem:
            return f"the call at {site.place} {problem}"
        patch.edits = scratch.edits
        return ""

    def _is_other(self, site: Site) -> bool:
        """Whether a type checker says that a doubtful place means something else."""
        if not isinstance(site.node, ast.Name | ast.Attribute):
            return False
        place = (site.view.uri, site.view.name_span(site.node))
        if self.asking:
            self.doubts.add(place)
        return self.asking or (self.others is not None and place in self.others)

    def _is_only(self, found: Found) -> bool:
        name = found.target.name
        if any(hasattr(each, name) for each in COMMON):
            return False
        members = (each for each in found.target.members if isinstance(each, Defined))
        known = {self._place(each) for each in members}
        every = symbols_named(self.files.project.index, name)
        return all((each.uri, each.name_span.start) in known for each in every)

    def _place(self, defined: Defined) -> tuple[str, int]:
        view = self.files.view(defined.uri)
        return defined.uri, view.defined_name(defined.node).start if view is not None else -1

    def _passed(
        self, found: Found, changes: Sequence[ParameterChange]
    ) -> dict[ast.AST, dict[str, str]]:
        """What calls pass that stand in functions which get the parameter too, or have it."""
        passed: dict[ast.AST, dict[str, str]] = {}
        own = {member.node for member in found.target.members}
        for added in _along(changes):
            for site in found_sites(self.files, found, self.uses):
                holder = _holder(site, added.name, own)
                if holder is not None:
                    passed.setdefault(holder, {})[added.name] = added.name
            if not passed:
                self.notes.append(f"No caller has a parameter {added.name} to pass on.")
        for symbol, change in _through(changes):
            through = find(self.files, symbol)
            if not isinstance(through, str):
                for each in through.target.members:
                    passed.setdefault(each.node, {})[change.name] = change.name
        return passed

    def planned(self) -> Planned:
        """All edits, when what comes of them parses."""
        return patches.planned(self.patches, self.notes)


def _through(changes: Sequence[ParameterChange]) -> list[tuple[Symbol, AddParameter]]:
    return [
        (symbol, each)
        for each in changes
        if isinstance(each, AddParameter)
        for symbol in each.through
    ]


def _along(changes: Sequence[ParameterChange]) -> list[AddParameter]:
    return [each for each in changes if isinstance(each, AddParameter) and each.along]


def _holder(site: Site, name: str, own: Collection[ast.AST]) -> ast.AST | None:
    """The function around a call whose parameter `name` is what the name means there."""
    inner: ast.AST = site.node
    for above in site.view.above(site.node):
        if isinstance(above, Function) and inner in above.body:
            given = {each.arg for each in ast.walk(above.args) if isinstance(each, ast.arg)}
            if name in given or above in own:
                return above
            if name in site.view.bindings(above):
                return None
        inner = above
    return None


def _as_value(files: Files, site: Site, signature: Signature) -> str:
    """Why a use that is no call stands in the way, '' where it does not."""
    if signature.moves:
        return f"{site.place} passes it on, and who calls it there is not known"
    above = site.view.parents.get(site.node)
    if signature.loosens and isinstance(above, ast.Call):
        called = meanings(files, site.view, above.func)
        if not all(isinstance(each, Outside) and each.name in dir(builtins) for each in called):
            return f"{site.place} passes it to something that may count what it needs"
    for name in signature.renamed:
        place = _keyword(files, name)
        if place:
            return f"{site.place} passes it on, and {place} may pass it {name} by name"
    return ""


def _keyword(files: Files, name: str) -> str:
    """Where something unknown is called with an argument `name`, '' for nowhere."""
    for view in files.naming(name):
        calls = (each for each in ast.walk(view.tree) if isinstance(each, ast.Call))
        for call in calls:
            named = any(each.arg == name for each in call.keywords)
            if named and (_is_partial(call) or _is_unknown(files, view, call)):
                return view.place(call)
    return ""


def _is_unknown(files: Files, view: View, call: ast.Call) -> bool:
    return any(isinstance(each, Unknown | Value) for each in meanings(files, view, call.func))


def _is_partial(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] in ("partial", "partialmethod")
