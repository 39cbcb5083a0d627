"""What the mutants say of tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redline.core.mutation.mutants import Mutant
from redline.core.proposal.model import Failure
from redline.core.proposal.render import counted

ENOUGH = 0.6
"""So many of the mutants must be noticed: some break nothing that could be seen."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One mutant, and whether a test failed of it."""

    mutant: Mutant
    noticed: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """What tests are worth: `passed` when enough was noticed, in each of the functions."""

    passed: bool
    noticed: int
    tried: int
    detail: str
    failures: tuple[Failure, ...] = ()


def proof(tried: Sequence[Tried], paths: dict[str, str]) -> Proof:
    """Judges tests by the mutants of the functions they are for; `paths` by uri."""
    noticed = sum(each.noticed for each in tried)
    functions = {each.mutant.target for each in tried}
    seen = {each.mutant.target for each in tried if each.noticed}
    unseen = [each for each in functions if each not in seen]
    passed = not unseen and noticed >= ENOUGH * len(tried)
    detail = f"{noticed}/{len(tried)} broken versions were noticed"
    if unseen:
        names = ", ".join(sorted(each.name for each in unseen))
        detail += f"; nothing that breaks {names} was"
    survivors = tuple(
        Failure(paths[each.mutant.target.uri], each.mutant.line, _broken(each.mutant))
        for each in tried
        if not each.noticed
    )
    return Proof(passed, noticed, len(tried), detail, survivors)


def _broken(mutant: Mutant) -> str:
    return f"no test notices this in {mutant.target.name}:\n- {mutant.before}\n+ {mutant.after}"


def scope(tried: Sequence[Tried]) -> str:
    """What was broken, for people."""
    names = dict.fromkeys(each.mutant.target.name for each in tried)
    return f"{counted(len(tried), 'broken version')} of {', '.join(names)}"
