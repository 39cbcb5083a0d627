"""The page of the documentation, made of a trial's rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from trial_answers import COUNTS
from trial_judge import Row

TITLES = {
    "rename": "renames",
    "extract": "extractions",
    "signature": "changes of signature",
    "move": "moves",
}
COMMONEST = 8
_DETAIL = re.compile(r"\S*[/.:_]\S*|\b\d+\b|'[^']*'|\"[^\"]*\"|`[^`]*`")
_WORD = re.compile(r"\b[A-Za-z_]\w*")
_AGAIN = re.compile(r"…(?:,? …)+")
_ASKING = frozenset(
    {
        *("rename", "extract", "signature", "move", "of", "to", "new"),
        *("add", "remove", "order", "default"),
    }
)
INTRODUCTION = """# Refactorings in real projects

Made by `python tests/real/trial --write` from `refactoring-trial.json`; do not edit.

For each project the seed draws {draws}
among what the project's own tests run (`tests/real/trial/trial_draws.py` says how). Each tool is
asked for each of them. *Kept*: it was proposed, and accepted whole the project's suite says
what it said before, test by test. *Failed*: it was proposed, and some test says less.
*Refused*: no change, for a reason; what a peer raises, or does not offer, counts as that.

Redline is asked by runs of a session, in which a scripted model wants just this and a proposal
of it; its own checks apply as always, but for tests, which it runs in trusted folders only. rope
and jedi are asked through their libraries. Redline's rules were made better by what this list
showed; what came of a list that nobody had looked at is in [evidence.md](evidence.md).
"""
RUN = """## To run it

    python tests/real/trial --write

It takes about an hour on two cores, and goes on where it was stopped. `--project` and `--tool`
take part of it, `--seed` draws others.
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything a page is made of: versions by name, and the rows."""

    seed: int
    projects: Mapping[str, str]
    peers: Mapping[str, str]
    rows: tuple[Row, ...]

    def as_json(self) -> str:
        """One row a line."""
        head = {"seed": self.seed, "projects": self.projects, "peers": self.peers}
        rows = ",\n".join(json.dumps(asdict(row)) for row in self.rows)
        return f'{json.dumps(head)[:-1]},\n"rows": [\n{rows}\n]}}\n'

    @staticmethod
    def read(text: str) -> Trial:
        """What `as_json` wrote."""
        value = json.loads(text)
        rows = tuple(Row(**each) for each in value["rows"])
        return Trial(value["seed"], value["projects"], value["peers"], rows)


def page(trial: Trial) -> str:
    """The whole page."""
    draws = ", ".join(f"{count} {TITLES[kind]}" for kind, count in COUNTS.items())
    peers = ", ".join(f"{name} {version}" for name, version in trial.peers.items())
    versions = ", ".join(f"{name} {version}" for name, version in trial.projects.items())
    facts = f"Seed {trial.seed}. Peers: {peers}. Projects: {versions}."
    parts = [INTRODUCTION.format(draws=draws), f"{facts}\n", "## By refactoring\n"]
    parts += [summary(trial), "", "## By project\n", _projects(trial), ""]
    parts += ["## What Redline refused, and why\n", _reasons(trial), ""]
    parts += [*_failures(trial), RUN]
    return "\n".join(parts)


def summary(trial: Trial) -> str:
    """A row for each refactoring and tool."""
    rows = [_head("refactoring", "tool", "asked", "proposed", "kept", "failed", "refused")]
    for kind, title in TITLES.items():
        for tool in dict.fromkeys(row.tool for row in trial.rows):
            group = [row for row in trial.rows if (row.kind, row.tool) == (kind, tool)]
            if group:
                count = Counter(row.came for row in group)
                proposed = count["kept"] + count["failed"]
                share = f"{proposed} ({100 * proposed / len(group):.0f} %)"
                cells = (title, tool, len(group), share, *_cells(count))
                rows.append(_row(cells))
    return "\n".join(rows)


def _cells(count: Mapping[str, int]) -> tuple[int, int, int]:
    return count["kept"], count["failed"], count["refused"]


def _projects(trial: Trial) -> str:
    tools = list(dict.fromkeys(row.tool for row in trial.rows))
    titles = [f"{tool}: kept / failed / refused" for tool in tools]
    rows = [_head("project", *titles)]
    for name, version in trial.projects.items():
        cells = [f"{name} {version}"]
        for tool in tools:
            group = (row.came for row in trial.rows if (row.project, row.tool) == (name, tool))
            cells.append(" / ".join(map(str, _cells(Counter(group)))))
        rows.append(_row(cells))
    return "\n".join(rows)


def _reasons(trial: Trial) -> str:
    own = [row for row in trial.rows if row.tool == "redline" and row.came == "refused"]
    rows = [_head("refactoring", "times", "reason, names left out", "for instance")]
    for kind, title in TITLES.items():
        mine = [row for row in own if row.kind == kind]
        groups = Counter(map(_reason, mine))
        for reason, count in groups.most_common(COMMONEST):
            one = next(row for row in mine if _reason(row) == reason)
            rows.append(_row((title, count, reason, f"{one.project}: {one.words}: {one.why}")))
        rest = sum(groups.values()) - sum(count for _, count in groups.most_common(COMMONEST))
        if rest:
            rows.append(_row((title, rest, "others, fewer of each", "")))
    return "\n".join(rows)


def _reason(row: Row) -> str:
    """Why something was refused, without the names and places of this one."""
    names = set(_WORD.findall(row.words)) - _ASKING
    plain = _WORD.sub(lambda found: "…" if found[0] in names else found[0], row.why)
    return _AGAIN.sub("…", _DETAIL.sub("…", plain))


def _failures(trial: Trial) -> Iterable[str]:
    own = [row for row in trial.rows if row.came == "failed" and row.tool == "redline"]
    yield "## What Redline proposed and the tests did not take\n"
    if own:
        yield "\n".join([_head("project", "request", "tests"), *map(_failed, own)])
    else:
        yield "Nothing."
    yield ""


def _failed(row: Row) -> str:
    return _row((row.project, row.words, row.why))


def _head(*cells: str) -> str:
    return f"{_row(cells)}\n|{'---|' * len(cells)}"


def _row(cells: Sequence[object]) -> str:
    texts = (str(each).replace("|", "\\|").replace("\n", " ") for each in cells)
    return f"| {' | '.join(texts)} |"
