"""Who is asked for drafts: what was kept, the builtin model, a model of a provider.

The builtin model answers at once. Where the user names a model for inline suggestions, that
is waited for up to a deadline; a late answer is kept for the next request at the same place.
"""

from __future__ import annotations

import asyncio
import json

from redline.app.inline import builtin, deadline, models
from redline.app.inline.rounds import Drafted, Round
from redline.app.session import Session, spawn
from redline.core.inline import debounce, forwarding, ranking, shape
from redline.core.inline.model import Draft, InlineRequest, Suggestion
from redline.core.inline.place import Place
from redline.core.oversight import secrets


async def from_builtin(made: Round, place: Place, request: InlineRequest) -> Drafted:
    """What the builtin model drafts, best first."""
    several = shape.shape(place, request.trigger) == "block"
    await builtin.read(made.session, request)
    drafts = builtin.drafts(made.session, request, _count(made.session), several)
    made.note("builtin", f"{len(drafts)} drafts")
    return Drafted(ranking.ranked(drafts), "builtin", "builtin")


async def kept(made: Round, request: InlineRequest) -> Drafted | None:
    """What a model drafted for the place before, or for one earlier on the line."""
    name = models.configured(made.session)
    if not name:
        return None
    wanted = dict(forwarding.keys(request, _settled(made.session, name)))
    found = await asyncio.to_thread(made.session.adapters.inline.drafts.find, tuple(wanted))
    if found is None:
        made.note("cache", "nothing")
        return None
    key, packed = found
    drafts = forwarding.going_on(forwarding.unpacked(packed), wanted[key])
    made.note("cache", f"{len(drafts)} drafts")
    return Drafted(ranking.ranked(drafts), "model", name, "cache") if drafts else None


async def from_model(
    made: Round, request: InlineRequest, standing: tuple[Suggestion, ...]
) -> Drafted | None:
    """What the model drafts before its deadline, which holds where there is something
    `standing` to show instead; None for no model, none in time, and no drafts."""
    session, name = made.session, models.configured(made.session)
    if not name:
        return None
    if request.uri not in made.state.models.asking:
        await _debounced(made, request)
    stand_in = tuple(Draft(each.text, each.confidence) for each in standing)

    def keep(drafts: tuple[Draft, ...]) -> None:
        _keep(session, request, name, drafts)

    within = await deadline.drafts_within(session, request, _count(session), stand_in, keep)
    made.note("model", within.outcome)
    if within.origin != "model":
        return None
    keep(within.drafts)
    return Drafted(ranking.ranked(within.drafts), "model", name)


async def _debounced(made: Round, request: InlineRequest) -> None:
    """Waits for the end of a burst of keys."""
    if request.trigger != "automatic":
        return
    now = made.session.adapters.clock.monotonic()
    keys = tuple(made.state.keys.get(request.uri, ()))
    seconds = debounce.wait(keys, models.expected_seconds(made.session), now)
    if seconds:
        await asyncio.sleep(seconds)
    made.note("debounce", f"{1000 * seconds:.0f} ms")


def _keep(session: Session, request: InlineRequest, name: str, drafts: tuple[Draft, ...]) -> None:
    """Keeps what a model drafted, late or not, but for secrets."""
    plain = tuple(each for each in drafts if not secrets.find(each.text))
    if plain:
        key = forwarding.key(request, request.offset, _settled(session, name))
        keep = asyncio.to_thread(session.adapters.inline.drafts.keep, key, forwarding.packed(plain))
        spawn(session, asyncio.ensure_future(keep))


def _settled(session: Session, name: str) -> str:
    """What beside the text decides on a model's drafts."""
    own = session.settings.deployments.get(name)
    address = own.api_base if own is not None else session.settings.api_base
    fill = own.fill if own is not None else ""
    tokens = session.settings.inline.tokens
    return json.dumps([name, address, fill, tokens, _count(session)])


def _count(session: Session) -> int:
    return max(1, min(ranking.MOST, session.settings.inline.candidates))
