"""Which deployments a call may go to, and the settings each of them is reached with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from redline.core.agent.model import Usage
from redline.core.agent.plan import RoleName
from redline.core.gateway.addresses import leaves, shown_address
from redline.core.gateway.routing import Tried
from redline.core.settings import Deployment, Settings


def chain(settings: Settings, role: RoleName, usual: str) -> tuple[str, ...]:
    """The models for a call in `role`, best first; `usual` is the run's own.

    What answers inside this process never fails in a way that another could mend.
    """
    first = settings.roles.get(role, usual)
    if not leaves(first):
        return (first,)
    return tuple(dict.fromkeys((first, *settings.fallbacks)))


def for_deployment(settings: Settings, name: str) -> Settings:
    """The settings as the model `name` is to see them: its own address and key, no other's.

    The general address and key are those of `model`, and of others of the same provider;
    no provider is sent a key that was set for another, and no address either.
    """
    own = settings.deployments.get(name, Deployment())
    kin = name == settings.model or _provider(name) == _provider(settings.model)
    address = own.api_base or (settings.api_base if kin else "")
    key = settings.api_key if kin and address == settings.api_base else ""
    return replace(settings, api_base=address, api_key=own.api_key or key)


def place(name: str, settings: Settings) -> str:
    """A deployment as it is shown: its name, and its address where one is set."""
    narrowed = for_deployment(settings, name)
    return f"{name} at {shown_address(narrowed.api_base)}" if narrowed.api_base else name


def used(usage: Usage, tried: Sequence[Tried]) -> Usage:
    """What a reply and the failed attempts before it took, as far as that is known."""
    failed = [each.failure.usage for each in tried if each.failure.usage is not None]
    cost = usage.cost
    if cost is not None:
        cost += sum(each.cost or 0.0 for each in failed)
    return Usage(
        usage.input_tokens + sum(each.input_tokens for each in failed),
        usage.output_tokens + sum(each.output_tokens for each in failed),
        cost,
    )


def _provider(name: str) -> str:
    provider, slash, _ = name.partition("/")
    return provider if slash else ""
