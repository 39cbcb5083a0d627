"""Where a call goes next: the same deployment again, the next of the chain, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from redline.core.agent.exchange import ModelFailure
from redline.core.gateway import breaker, retries
from redline.core.gateway.breaker import Breaker
from redline.core.gateway.retries import Bucket

Why = Literal["first", "retry", "fallback", "probe"]
FAULTS = ("provider", "incomplete", "timeout")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one deployment, across all calls of the process."""

    breaker: Breaker = Breaker()
    bucket: Bucket = Bucket()


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt of this call that failed."""

    deployment: str
    failure: ModelFailure


@dataclass(frozen=True, slots=True)
class Situation:
    """One call as it stands. `chain` are deployments in order of preference, as they are shown.

    `waited` says that the wait since the last attempt is over; `chance` is from [0, 1).
    """

    chain: tuple[str, ...]
    standings: Mapping[str, Standing]
    tried: tuple[Tried, ...]
    waited: bool
    now: float
    chance: float


@dataclass(frozen=True, slots=True)
class Try:
    """Make an attempt at `deployment`. A probe of the first one is the call's first try too."""

    deployment: str
    why: Why


@dataclass(frozen=True, slots=True)
class Wait:
    """Let `seconds` pass, then try the last deployment again."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """The call has failed."""

    failure: ModelFailure


Decision = Try | Wait | Stop


def is_fault(failure: ModelFailure) -> bool:
    """Whether the provider is at fault: then its breaker counts it.

    A refused request, key or content is the sender's, and fails again however often it is
    sent (`retry_after` None).
    """
    return failure.kind in FAULTS and failure.retry_after is not None


def decide(now: Situation) -> Decision:
    """The next thing to do for a call.

    The deployment that was tried first may be tried again, within its budget of retries;
    each other one is tried at most once. One whose breaker is open is left out.
    """
    last = now.tried[-1] if now.tried else None
    if last is not None and last.failure.kind not in FAULTS:
        return Stop(last.failure)
    if last is not None and _may_retry(now, last):
        if not now.waited:
            return Wait(retries.delay(len(now.tried), now.chance, last.failure))
        return Try(last.deployment, "retry" if _closed(now, last.deployment) else "probe")
    tried = {each.deployment for each in now.tried}
    for deployment in now.chain:
        if deployment in tried or not breaker.admits(_breaker(now, deployment), now.now):
            continue
        if not _closed(now, deployment):
            return Try(deployment, "probe")
        return Try(deployment, "first" if deployment == now.chain[0] else "fallback")
    return Stop(_summary(now))


def _may_retry(now: Situation, last: Tried) -> bool:
    """All attempts so far were at one deployment, and it may have another."""
    return (
        last.deployment == now.tried[0].deployment
        and len(now.tried) <= retries.MOST_RETRIES
        and retries.again(last.failure)
        and _standing(now, last.deployment).bucket.retries > 0
        and breaker.admits(_breaker(now, last.deployment), now.now)
    )


def _summary(now: Situation) -> ModelFailure:
    """Why nothing more can be tried, for people: each deployment's last failure, in order."""
    failures = {each.deployment: each.failure for each in now.tried}
    said = [_with_number(now, each, failure) for each, failure in failures.items()]
    paused = [each for each in now.chain if each not in failures]
    said += [_paused(now, each) for each in paused]
    message = "; ".join(said)
    if now.tried:
        return replace(now.tried[-1].failure, message=message)
    soonest = min((_left(now, each) for each in paused), default=0.0)
    return ModelFailure("provider", message, soonest)


def _with_number(now: Situation, deployment: str, failure: ModelFailure) -> str:
    number = sum(each.deployment == deployment for each in now.tried)
    return f"{failure.message} (tried {number} times)" if number > 1 else failure.message


def _paused(now: Situation, deployment: str) -> str:
    left = _left(now, deployment)
    when = f"again in {left:.0f} s" if left >= 1 else "being tried just now"
    return f"{deployment} is not asked after several failures; {when}"


def _left(now: Situation, deployment: str) -> float:
    return max(0.0, (_breaker(now, deployment).until or 0.0) - now.now)


def _closed(now: Situation, deployment: str) -> bool:
    return _breaker(now, deployment).until is None


def _breaker(now: Situation, deployment: str) -> Breaker:
    return _standing(now, deployment).breaker


def _standing(now: Situation, deployment: str) -> Standing:
    return now.standings.get(deployment, Standing())


def begun(standing: Standing, why: Why, again: bool) -> Standing:
    """After an attempt was decided on, before it leaves; `again`: this call was there before."""
    bucket = retries.spent(standing.bucket) if again else retries.earned(standing.bucket)
    probing = breaker.probed(standing.breaker) if why == "probe" else standing.breaker
    return Standing(probing, bucket)


def ended(
    standing: Standing, why: Why, failure: ModelFailure | None, answered: bool, now: float
) -> Standing:
    """After an attempt: `answered` with a reply, or with a `failure`, or (None) given up."""
    probe, known = why == "probe", standing.breaker
    if answered:
        known = breaker.succeeded(known, now, probe)
    elif failure is not None and is_fault(failure):
        known = breaker.failed(known, now, probe)
    elif probe:
        known = breaker.released(known)
    return replace(standing, breaker=known)
