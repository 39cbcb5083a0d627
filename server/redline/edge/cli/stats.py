"""`redline stats`: how runs went, in tables for people or as JSON."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from redline.app import gateway
from redline.app import stats as app
from redline.app.inline import value as inline
from redline.app.session import Session, journal_of
from redline.app.stats import Stats
from redline.core.proposal.render import counted
from redline.core.stats.figures import FAILURE, SUCCESS, Breaker, Figures, Latency
from redline.core.stats.objectives import Standing
from redline.core.timeline import took
from redline.edge.cli import inline_stats
from redline.edge.cli.local import local_session, plain, root_of
from redline.edge.cli.result import Json
from redline.edge.cli.wiring import CliWiring


async def stats(arguments: Namespace, wiring: CliWiring) -> int:
    """The figures of this folder, or of all of the user's."""
    async with local_session(wiring, root_of(arguments.root)) as (session, _):
        journals = wiring.journals() if arguments.all else [journal_of(session)]
        records = wiring.inline_records() if arguments.all else [inline.record_of(session)]
        found = app.stats(session, journals, arguments.days, _standings(session))
        worth = inline.value(session, records, arguments.days)
    if arguments.json:
        suggestions = {"inline_suggestions": inline_stats.as_json(worth)}
        print(json.dumps(as_json(found) | suggestions))
        return 0
    console = Console(highlight=False)
    for table in (*tables(found), *inline_stats.tables(worth.figures, arguments.days)):
        console.print(table)
    return 0


def _standings(session: Session) -> list[Breaker]:
    """How each model stands that was ever asked."""
    return [
        Breaker(each.deployment, each.state, f"{counted(each.failures, 'failure')} in a row")
        for each in gateway.states(session.adapters.gateway())
    ]


def as_json(found: Stats) -> dict[str, Json]:
    """All figures; a rate is a part of 1, and null where there is nothing to count."""
    figures = found.figures
    return {
        "days": found.days,
        "workspaces": found.workspaces,
        "runs": _runs_json(figures),
        "hunks": _hunks_json(figures),
        "latency": {name: _latency_json(each) for name, each in figures.latencies.items()},
        "usage": {
            "model_calls": figures.model_calls,
            "input_tokens": figures.input_tokens,
            "output_tokens": figures.output_tokens,
            "cost": None if figures.unknown_costs else figures.cost,
            "known_cost": figures.cost,
            "calls_of_unknown_cost": figures.unknown_costs,
        },
        "breakers": [
            {"deployment": each.deployment, "state": each.state, "detail": each.detail}
            for each in figures.breakers
        ],
        "objectives": [_objective_json(each) for each in found.objectives],
    }


def _runs_json(figures: Figures) -> Json:
    return {
        "total": figures.runs,
        "by_outcome": dict(figures.endings),
        "success_rate": figures.rate(*SUCCESS),
        "failure_rate": figures.rate(*FAILURE),
        "escalation_rate": figures.rate("escalated"),
        "rollbacks": figures.rollbacks,
        "forgotten": figures.forgotten,
    }


def _hunks_json(figures: Figures) -> Json:
    kept = figures.kept
    return {
        "by_decision": dict(figures.hunks),
        "acceptance_rate": figures.acceptance,
        "after_a_day": {
            "kept": kept.kept,
            "gone": kept.gone,
            "unknown": kept.unknown,
            "young": kept.young,
            "kept_rate": kept.rate,
        },
    }


def _latency_json(latency: Latency) -> Json:
    levels: dict[str, Json] = {f"p{level}": at for level, at in latency.percentiles.items()}
    return {"count": latency.count, **levels, "max": latency.longest}


def _objective_json(standing: Standing) -> Json:
    objective = standing.objective
    return {
        "name": objective.name,
        "objective": objective.words,
        "target": objective.target,
        "window_days": objective.days,
        "total": standing.total,
        "bad": standing.bad,
        "actual": standing.actual,
        "budget_left": standing.left,
        "met": standing.met,
    }


def tables(found: Stats) -> Iterable[Table]:
    """The same for people."""
    yield _overview(found)
    yield _latencies(found.figures)
    if found.figures.breakers:
        yield _breakers(found.figures)
    yield _objectives(found)


def _overview(found: Stats) -> Table:
    figures, table = found.figures, _table(f"Runs of the last {found.days:g} days", "", "")
    endings = ", ".join(f"{number} {name}" for name, number in sorted(figures.endings.items()))
    kept = figures.kept
    hunks = ", ".join(f"{number} {name}" for name, number in sorted(figures.hunks.items()))
    rows = {
        "runs": f"{figures.runs}" + (f": {endings}" if endings else ""),
        "success": _percent(figures.rate(*SUCCESS)),
        "failure": _percent(figures.rate(*FAILURE)),
        "escalation": _percent(figures.rate("escalated")),
        "rollbacks": str(figures.rollbacks),
        "hunks": hunks or "none",
        "acceptance per hunk": _percent(figures.acceptance),
        "kept after a day": f"{_percent(kept.rate)} ({kept.kept} kept, {kept.gone} gone, "
        f"{kept.unknown} unknown, {kept.young} younger)",
        "model calls": str(figures.model_calls),
        "tokens": f"{figures.input_tokens:,} in, {figures.output_tokens:,} out",
        "cost": _cost(figures),
        "forgotten": str(figures.forgotten),
    }
    for name, text in rows.items():
        table.add_row(name, text)
    return table


def _latencies(figures: Figures) -> Table:
    levels = next(iter(figures.latencies.values())).percentiles
    table = _table("Latency", "", "count", *(f"p{level}" for level in levels), "longest")
    for name, each in figures.latencies.items():
        times = (*each.percentiles.values(), each.longest)
        table.add_row(name, str(each.count), *("-" if at is None else took(at) for at in times))
    return table


def _breakers(figures: Figures) -> Table:
    table = _table("Models", "deployment", "breaker", "")
    for each in figures.breakers:
        table.add_row(plain(each.deployment), each.state, plain(each.detail))
    return table


def _objectives(found: Stats) -> Table:
    table = _table("Objectives", "at least", "of", "days", "actual", "error budget left", "")
    for each in found.objectives:
        goal = each.objective
        table.add_row(
            _percent(goal.target),
            goal.words,
            f"{goal.days:g}",
            f"{_percent(each.actual)} of {each.total}",
            _percent(each.left),
            "met" if each.met else "missed",
        )
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=any(columns))
    for name in columns:
        table.add_column(name)
    return table


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{part:.1%}"


def _cost(figures: Figures) -> str:
    known = f"${figures.cost:.4f}"
    if not figures.unknown_costs:
        return known
    return f"{known}, and unknown of {figures.unknown_costs} of {figures.model_calls} calls"
