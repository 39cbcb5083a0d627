"""What one session keeps between requests for inline suggestions."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redline.app.inline.model_state import ModelState
from redline.app.inline.watching import Watching
from redline.app.session import Session
from redline.core.index.imports import Modules
from redline.core.index.model import Facts
from redline.core.inline.model import InlineRequest, Suggested
from redline.core.inline.recycling import Given
from redline.core.text.text import Text

if TYPE_CHECKING:
    from redline.app.inline.builtin import Opened
    from redline.app.inline.next_edit import NextEdits
    from redline.app.inline.trees import Large
    from redline.core.inline.builtin.tokens import Lexer

KEYS_REMEMBERED = 12
"""Keystrokes of a document whose times tell how fast its user types."""


@dataclass(slots=True)
class Proofs:
    """What proofs of unknown names take: what `modules` are called in the workspace whose files
    were those of `base`, found out `at` some time; and `texts` of closed files by digest.
    `brought`: a build brings names that no file declares."""

    modules: Modules | None = None
    base: Mapping[str, Facts] | None = None
    at: float = 0.0
    making: asyncio.Task[None] | None = None
    texts: dict[str, Text] = field(default_factory=dict)
    brought: bool = False


@dataclass(slots=True)
class InlineState:
    """`off` is the user's switch of this session, `languages_off` its switch by language;
    until `snoozed_until` (monotonic seconds) nothing is suggested.

    By document: `keys` are when its last keys were typed, `running` the request under way,
    `given` what was answered last. `last` is the last request of all, with how its answer came
    about. `models` is what is known of the models of providers, and for them. `tokens` are
    those of the documents the builtin model looked at last, cut by `lexers`, one for a family of
    languages; `next_edit` is what follows from the edits made by hand, `watching` what is looked
    at to learn what suggestions are worth. `large` are the trees of texts that are too large to
    be parsed between two keys, `proofs` what shows that names are unknown.
    """

    off: bool = False
    languages_off: set[str] = field(default_factory=set)
    snoozed_until: float = 0.0
    keys: dict[str, deque[float]] = field(default_factory=dict)
    running: dict[str, asyncio.Task[Suggested]] = field(default_factory=dict)
    given: dict[str, Given] = field(default_factory=dict)
    last: tuple[InlineRequest, Suggested] | None = None
    models: ModelState = field(default_factory=ModelState)
    tokens: dict[str, Opened] = field(default_factory=dict)
    lexers: dict[str, Lexer] = field(default_factory=dict)
    next_edit: NextEdits | None = None
    watching: Watching = field(default_factory=Watching)
    large: dict[str, Large] = field(default_factory=dict)
    proofs: Proofs = field(default_factory=Proofs)


def state_of(session: Session) -> InlineState:
    """The session's state for inline suggestions, made on first use."""
    if session.inline is None:
        settings, languages = session.settings.inline, session.adapters.languages
        off = {languages.name_for_id(each) or each for each in settings.languages_off}
        session.inline = InlineState(off=not settings.enabled, languages_off=off)
    return session.inline
