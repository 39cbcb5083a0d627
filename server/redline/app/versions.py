"""The digests of what a run of this session would rest on now."""

from __future__ import annotations

from typing import get_args

from redline.app.session import Session
from redline.core.agent.plan import RoleName
from redline.core.agent.tools import TOOLS
from redline.core.agent.versions import Versions, versions


def versions_now(session: Session, model: str) -> Versions:
    """Those of the prompts, of `model`, of the tools and of the policy."""
    system = session.adapters.prompts.system
    prompts = {role: system(role) for role in get_args(RoleName)}
    prompts |= {f"{role}, small": system(role, small=True) for role in get_args(RoleName)}
    return versions(prompts, (model, session.settings.api_base), TOOLS, session.settings.policy)
