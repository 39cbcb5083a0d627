"""`redline show inline`: what left this machine for inline suggestions."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby

from redline.app.session import Session
from redline.core.inline.prompt.model import Sending
from redline.core.problems import StoreError
from redline.core.proposal.render import counted
from redline.core.text.unseen import plain_text

NAME = "inline"
"""What stands for the keystrokes of a workspace where the id of a run does for a run."""


def show(session: Session, as_json: bool) -> int:
    """Each request as JSON, or how much went where each day; 0 also where nothing did."""
    folder = next((each.uri for each in session.snapshot.folders), "")
    try:
        kept = session.adapters.inline.sent(folder).kept()
    except StoreError as error:
        sys.stderr.write(f"redline: {error}\n")
        return 3
    if as_json:
        print(json.dumps([asdict(each) for each in kept]))
        return 0
    for line in _lines(kept):
        print(plain_text(line))
    if not kept:
        print("nothing was sent anywhere")
    return 0


def _lines(kept: Sequence[Sending]) -> Iterator[str]:
    def where(each: Sending) -> tuple[str, str, str]:
        return _day(each.at), each.model, each.address

    for (day, model, address), group in groupby(sorted(kept, key=where), key=where):
        rows = list(group)
        files = len({each.path for each in rows})
        hidden = sum(each.redacted for each in rows)
        place = f"{model} at {address}" if address else model
        size = sum(each.bytes for each in rows)
        line = f"{day}  {place}  {counted(len(rows), 'request')}, {size} bytes"
        line += f", from {counted(files, 'file')}"
        yield line + (f"  {counted(hidden, 'secret')} hidden" if hidden else "")


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().date().isoformat()
