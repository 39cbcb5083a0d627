"""Models of providers that are asked what to insert: judged, counted and recorded like any call.

A keystroke is no run: there is one attempt at one model, which nothing waits for, and of what
was sent one line is kept.
"""

from __future__ import annotations

import asyncio
from collections import deque
from hashlib import sha256

from redline.app import attempts
from redline.app.attempts import Errand
from redline.app.gate import STOPPED
from redline.app.inline import surroundings, value
from redline.app.inline.model_state import Hold, ModelState, Outcome
from redline.app.inline.ports import FillModel
from redline.app.inline.state import state_of
from redline.app.inline.surroundings import Prepared
from redline.app.session import Session
from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Usage
from redline.core.builtin import model as builtin
from redline.core.gateway import deployments, ledger
from redline.core.gateway.addresses import leaves, shown_address
from redline.core.inline.model import Draft, InlineRequest
from redline.core.inline.prompt.ask import placed
from redline.core.inline.prompt.model import Filled, Sending
from redline.core.oversight.redaction import counted, restored
from redline.core.problems import StoreError

ROLE = "inline"
HELD_SECONDS, LONGEST_HELD = 60.0, 300.0
"""So long a model is left alone that refuses what it is sent, or whose provider asks for it."""
REMEMBERED = 20
_PLACEHOLDER = "[redacted:"


def configured(session: Session) -> str:
    """The model's name, '' where the builtin one suggests alone."""
    name = session.settings.roles.get(ROLE, "")
    return "" if name == builtin.NAME else name


def expected_seconds(session: Session) -> float:
    """How long the model is expected to take, 0.0 for none."""
    name = configured(session)
    if not name:
        return 0.0
    took = state_of(session).models.seconds.get(name)
    return sorted(took)[len(took) // 2] if took else session.settings.inline.deadline / 2


async def warm(session: Session) -> None:
    """Loads what asking the model takes, so that its first answer is not late."""
    name = configured(session)
    if name:
        surroundings.begin_imports(session)
        await asyncio.to_thread(session.adapters.inline.models.warm, name)
        await asyncio.to_thread(session.adapters.count_tokens, "")


async def drafts(session: Session, request: InlineRequest, count: int) -> Outcome:
    """What the configured model would insert, or why there is nothing; () for no model.

    Cancelled, it closes the connection.
    """
    name = configured(session)
    if not name:
        return ()
    known = state_of(session).models
    found = _model(session, known, name)
    if isinstance(found, ModelFailure):
        return found
    prepared = await surroundings.prepared(session, request, count)
    if isinstance(prepared, ModelFailure):
        return prepared
    clock = session.adapters.clock
    began = clock.monotonic()
    usage: Usage | None = None
    try:
        filled = await _asked(session, name, found, prepared)
        usage = filled.usage
    except StoreError as error:
        # What cannot be recorded does not leave.
        return ModelFailure("internal", str(error))
    finally:
        value.spent(session, name, request.language, usage)
    if isinstance(filled, ModelFailure):
        _noted(session, known, name, filled)
        return filled
    known.seconds.setdefault(name, deque(maxlen=REMEMBERED)).append(clock.monotonic() - began)
    return _drafts(filled, prepared)


def _model(session: Session, known: ModelState, name: str) -> FillModel | ModelFailure:
    """The model, unless it is not to be asked now."""
    if session.adapters.switch.stopped():
        return ModelFailure("policy", STOPPED)
    held = known.held.get(name)
    if held is not None and session.adapters.clock.monotonic() < held.until:
        return held.failure
    known.held.pop(name, None)
    narrowed = deployments.for_deployment(session.settings, name)
    return session.adapters.inline.models.filling(name, narrowed)


async def _asked(
    session: Session, name: str, model: FillModel, prepared: Prepared
) -> Filled | ModelFailure:
    """One attempt. What answers inside this process is neither counted nor recorded."""
    request = prepared.request
    if not leaves(name):
        return await model.fill(request)
    texts = model.sent(request)
    sending = _sending(session, name, prepared, texts)
    workspace = next((each.uri for each in session.snapshot.folders), "")

    async def attempt() -> Filled | ModelFailure:
        session.adapters.inline.sent(workspace).record(sending)
        return await model.fill(request)

    errand = Errand(
        deployment=deployments.place(name, session.settings),
        account=f"{ROLE} {ledger.day_of(session.adapters.clock.now())}",
        workspace=workspace,
        tokens=sum(map(len, texts)) // 3,
        budget=session.settings.budget,
    )
    gateway = session.adapters.gateway()
    return await attempts.once(gateway, errand, attempt, lambda filled: filled.usage)


def _sending(session: Session, name: str, prepared: Prepared, texts: tuple[str, ...]) -> Sending:
    narrowed = deployments.for_deployment(session.settings, name)
    data = "\0".join(texts).encode("utf-8", "replace")
    return Sending(
        at=session.adapters.clock.now(),
        model=name,
        address=shown_address(narrowed.api_base) if narrowed.api_base else "",
        path=prepared.path,
        bytes=len(data) - max(0, len(texts) - 1),
        redacted=sum(map(counted, texts)),
        digest=sha256(data).hexdigest()[:32],
    )


def _noted(session: Session, known: ModelState, name: str, failure: ModelFailure) -> None:
    """Leaves a model alone that would fail again at the next key, and tells the user, once."""
    wait = HELD_SECONDS if failure.retry_after is None else failure.retry_after
    if wait > 0:
        until = session.adapters.clock.monotonic() + min(wait, LONGEST_HELD)
        known.held[name] = Hold(failure, until)
    key = f"{name} {failure.kind}"
    if failure.retry_after is None and key not in known.told:
        known.told.add(key)
        session.front.trouble(f"inline suggestions: {failure.message}")


def _drafts(filled: Filled, prepared: Prepared) -> tuple[Draft, ...]:
    """The texts as they go into the file: with the secrets that it holds itself, no other's."""
    found: list[str] = []
    for text in filled.texts:
        whole, unknown = restored(prepared.own, text)
        if unknown or _PLACEHOLDER in whole:
            continue
        made = placed(whole, prepared.after)
        if made.strip():
            found.append(made)
    return tuple(Draft(text) for text in dict.fromkeys(found))
