"""The edits of an inlining over several files, and what is said of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from redline.core.refactor import patches
from redline.core.refactor.call_sites.files import Files, View
from redline.core.refactor.call_sites.lists import Patch
from redline.core.refactor.call_sites.model import Defined, Variable
from redline.core.refactor.call_sites.uses import Site
from redline.core.refactor.inlining import uses as inline_uses
from redline.core.refactor.project import Planned


@dataclass(slots=True)
class Work:
    """One inlining as it is worked out. `needed` are names to add to import statements."""

    files: Files
    needed: dict[ast.ImportFrom, tuple[View, list[str]]] = field(default_factory=dict)
    patches: dict[str, Patch] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def patch(self, view: View) -> Patch:
        """The edits of one file."""
        return self.patches.setdefault(view.uri, Patch(view.source.text.data))

    def take_away(
        self,
        name: str,
        meant: Defined | Variable,
        view: View,
        statement: ast.stmt,
        sites: Sequence[Site],
    ) -> None:
        """Takes the definition and its imports away; or notes why it stays."""
        every = list(inline_uses.imports(self.files, name, meant))
        reason = self._kept(name, meant, view, every, sites)
        if reason:
            self.notes.append(f"The definition of {name} stays: {reason}.")
            return
        for uri in {each.view.uri for each in every}:
            here = [each for each in every if each.view.uri == uri]
            if not inline_uses.unimported(self.patch(here[0].view), here, self.needed):
                self.notes.append(f"An import of {name} stays in {here[0].view.path}.")
                return
        if not inline_uses.undefined(view, self.patch(view), statement):
            self.notes.append(f"The definition of {name} stays: it is alone in its block.")

    def _kept(
        self,
        name: str,
        meant: Defined | Variable,
        view: View,
        every: Sequence[inline_uses.Imported],
        sites: Sequence[Site],
    ) -> str:
        method = isinstance(view.parents.get(meant.node), ast.ClassDef)
        if method and not name.startswith("_"):
            return "it is a method that others may call by its name"
        for each in every:
            if inline_uses.reexported(each, sites):
                return f"{each.view.place(each.statement)} offers it to others"
        mentioned = inline_uses.mentioned(self.files, name, offered=True)
        if mentioned:
            return f"{mentioned} has its name in a string"
        starred = inline_uses.starred(self.files, view.uri)
        return f"{starred} imports all of its module" if starred else ""

    def planned(self) -> Planned:
        """All edits, when what comes of them parses."""
        for statement, (view, wanted) in self.needed.items():
            inline_uses.imported(self.patch(view), view, statement, (), wanted)
        return patches.planned(self.patches, self.notes)
