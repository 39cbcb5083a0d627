"""The part of `redline stats` on inline suggestions, in tables for people or as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from redline.app.inline.value import Value
from redline.core.inline.value.figures import InlineFigures, Lasting, Worth
from redline.core.inline.value.model import Entry
from redline.core.stats.figures import Latency
from redline.core.timeline import took
from redline.edge.cli.local import plain
from redline.edge.cli.result import Json


def as_json(value: Value) -> dict[str, Json]:
    """All figures, together and by origin, model and language, and the last suggestions."""
    by: dict[str, Json] = {}
    for way, groups in value.figures.by.items():
        by[way] = {name: _worth_json(each) for name, each in groups.items()}
    recent: list[Json] = [_entry_json(each) for each in value.recent]
    return {**_worth_json(value.figures.total), "by": by, "recent": recent}


def _worth_json(worth: Worth) -> dict[str, Json]:
    return {
        "shown": worth.shown,
        "by_outcome": {str(name): number for name, number in worth.fates.items()},
        "acceptance_rate": worth.acceptance,
        "characters": {
            "shown": worth.characters,
            "accepted": worth.accepted,
            "typed_by_hand": worth.by_hand,
        },
        "lines": {"accepted": worth.lines, "kept": worth.lines_kept},
        "after_30_seconds": _lasting_json(worth.soon),
        "after_save": _lasting_json(worth.saved),
        "latency": {name: _latency_json(each) for name, each in worth.latencies.items()},
        "usage": {
            "model_calls": worth.calls,
            "cost": None if worth.unpriced else worth.cost,
            "known_cost": worth.cost,
            "calls_of_unknown_cost": worth.unpriced,
            "cost_per_kept_line": worth.cost_per_kept_line,
        },
    }


def _lasting_json(lasting: Lasting) -> Json:
    return {
        "looked_at": lasting.looked_at,
        "kept": lasting.kept,
        "kept_rate": lasting.rate,
        "share": lasting.share,
    }


def _latency_json(latency: Latency) -> Json:
    levels: dict[str, Json] = {f"p{level}": at for level, at in latency.percentiles.items()}
    return {"count": latency.count, **levels, "max": latency.longest}


def _entry_json(entry: Entry) -> Json:
    return {
        "at": entry.at,
        "origin": entry.source.origin,
        "model": entry.source.model,
        "language": entry.source.language,
        "outcome": entry.fate,
        "characters": entry.characters,
        "accepted": entry.accepted,
        "typed_by_hand": entry.by_hand,
        "lines": entry.lines,
        "kept_after_30_seconds": entry.soon,
        "kept_after_save": entry.saved,
    }


def tables(figures: InlineFigures, days: float) -> Iterable[Table]:
    """The same for people; nothing where there were none."""
    if not (figures.total.shown or figures.total.calls):
        return
    yield _overview(figures.total, days)
    yield _latencies(figures.total)
    yield _groups(figures)


def _overview(worth: Worth, days: float) -> Table:
    table = Table(
        title=f"Inline suggestions of the last {days:g} days",
        title_justify="left",
        show_header=False,
    )
    fates = ", ".join(f"{number} {name}" for name, number in worth.fates.items())
    rows = {
        "shown": f"{worth.shown}" + (f": {fates}" if fates else ""),
        "accepted, whole or in part": _percent(worth.acceptance),
        "characters": f"{worth.accepted:,} accepted, {worth.by_hand:,} typed by hand, "
        f"of {worth.characters:,} shown",
        "kept after 30 s": _lasting(worth.soon),
        "kept after save": _lasting(worth.saved),
        "lines": f"{worth.lines} accepted, {worth.lines_kept} kept",
        "model calls": str(worth.calls),
        "cost": f"${worth.cost:.4f}"
        + (f", and unknown of {worth.unpriced} calls" if worth.unpriced else ""),
        "cost per kept line": _cost(worth),
    }
    for name, text in rows.items():
        table.add_row(name, text)
    return table


def _latencies(worth: Worth) -> Table:
    table = Table(title="Latency of inline suggestions", title_justify="left")
    levels = next(iter(worth.latencies.values())).percentiles
    for name in ("", "count", *(f"p{level}" for level in levels), "longest"):
        table.add_column(name)
    for name, each in worth.latencies.items():
        times = (*each.percentiles.values(), each.longest)
        table.add_row(name, str(each.count), *("-" if at is None else took(at) for at in times))
    return table


def _groups(figures: InlineFigures) -> Table:
    table = Table(title="Inline suggestions by where they come from", title_justify="left")
    for name in ("", "", "shown", "accepted", "kept after 30 s", "cost per kept line"):
        table.add_column(name)
    for way, groups in figures.by.items():
        for name, each in groups.items():
            rates = (_percent(each.acceptance), _percent(each.soon.rate))
            table.add_row(way, plain(name), str(each.shown), *rates, _cost(each))
    return table


def _lasting(lasting: Lasting) -> str:
    return (
        f"{_percent(lasting.rate)} ({lasting.kept} of {lasting.looked_at}; "
        f"{_percent(lasting.share)} of their tokens)"
    )


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{part:.1%}"


def _cost(worth: Worth) -> str:
    cost = worth.cost_per_kept_line
    return "-" if cost is None else f"${cost:.5f}"
