"""What the user sees: our own notifications where a plugin takes them, else standard messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from redline.app import review, runs
from redline.app.review import FileChange
from redline.app.session import Session, spawn
from redline.core.agent.model import AskUser, RunState
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Answer
from redline.core.proposal.render import summary
from redline.edge.lsp import present, wire
from redline.edge.lsp.acceptance import accept
from redline.edge.lsp.convert import workspace_edit
from redline.edge.lsp.features import Features

APPLY, PREVIEW, DISCARD = "Apply", "Preview", "Discard"
INDEX_PROGRESS = "redline/index"
SHOWN_DIFF = 6_000


@dataclass(slots=True)
class LspFront:
    """One connection's user. `spelled` maps our uris to the client's own spelling."""

    server: LanguageServer
    features: Features = field(default_factory=Features)
    session: Session | None = None
    spelled: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    offered: set[str] = field(default_factory=set)
    accepting: asyncio.Lock = field(default_factory=asyncio.Lock)

    def notify(self, method: str, message: object) -> None:
        """One of our own notifications, to clients that declared them."""
        if self.features.own_review:
            self.server.protocol.notify(method, wire.to_json(message))

    def run_changed(self, state: RunState, message: str) -> None:
        """Progress, and at the end the reason where nothing came of it."""
        self.notify("redline/run", present.run_message(state, message))
        if state.finished:
            self._end(state.id, state.outcome or "")
            if not self.features.own_review and state.outcome in ("escalated", "failed"):
                self.trouble(state.reason)
        else:
            report = types.WorkDoneProgressReport(message=message)
            self._progress(state.id, report)

    def proposal_changed(self, live: LiveProposal) -> None:
        """A proposal for review."""
        if self.session is None:
            return
        if self.features.own_review:
            self.notify("redline/proposal", present.proposal_message(self.session, live))
        elif live.proposal.id not in self.offered:
            self.offered.add(live.proposal.id)
            self._later(self._review(live))

    def answered(self, answer: Answer) -> None:
        """An answer, in the client's own view or as a message."""
        if self.features.own_review:
            self.notify("redline/answer", present.answer_message(answer))
        else:
            self._message(types.MessageType.Info, answer.markdown)

    def asked(self, state: RunState, question: AskUser) -> None:
        """A question; a plain client is asked by a message request."""
        if self.features.own_review:
            self.notify("redline/question", present.question_message(state, question))
        else:
            self._later(self._ask(state, question))

    def index_changed(self, done: int, total: int, complete: bool) -> None:
        """How far the index is."""
        state = "complete" if complete else "building"
        self.notify("redline/index", wire.IndexMessage(state, done, total))
        if complete:
            self._end(INDEX_PROGRESS, f"{total} files")
        else:
            percentage = 100 * done // max(1, total)
            report = types.WorkDoneProgressReport(
                message=f"{done} of {total} files", percentage=percentage
            )
            self._progress(INDEX_PROGRESS, report)

    def trouble(self, message: str) -> None:
        """Something the user should know."""
        self._message(types.MessageType.Warning, message)

    async def begin_progress(
        self, token: str, title: str, cancellable: bool, over: Callable[[], bool]
    ) -> None:
        """Opens a progress of our own, where the client shows them.

        The work goes on meanwhile; where it is `over` by the time the client has
        answered, the progress ends at once instead of staying open for good.
        """
        if not self.features.work_done_progress:
            return
        params = types.WorkDoneProgressCreateParams(token)
        try:
            await self.server.window_work_done_progress_create_async(params)
        except (JsonRpcException, asyncio.CancelledError):
            return
        self.tokens.add(token)
        begin = types.WorkDoneProgressBegin(title=title, cancellable=cancellable)
        self._progress(token, begin)
        if over():
            self._end(token, "")

    async def apply(
        self, label: str, changes: Sequence[FileChange], confirm: bool
    ) -> tuple[bool, str]:
        """Has the editor apply the changes; in one edit, or one a document where it must be."""
        spelled = [replace(each, uri=self.spelled.get(each.uri, each.uri)) for each in changes]
        single = self.features.one_edit_per_document
        for group in [[each] for each in spelled] if single else [spelled]:
            edit = workspace_edit(group, self.features, label, confirm)
            params = types.ApplyWorkspaceEditParams(edit=edit, label=f"Redline: {label}")
            try:
                result = await self.server.workspace_apply_edit_async(params)
            except JsonRpcException as error:
                return False, f"the editor refused the edit: {error}"
            if result is None or not result.applied:
                why = result.failure_reason if result is not None else None
                return False, why or "the editor did not apply the edit"
        return True, ""

    def _progress(self, token: str, value: object) -> None:
        if token in self.tokens:
            self.server.protocol.notify(
                types.PROGRESS, types.ProgressParams(token=token, value=value)
            )

    def _end(self, token: str, message: str) -> None:
        self._progress(token, types.WorkDoneProgressEnd(message=message or None))
        self.tokens.discard(token)

    def _message(self, kind: types.MessageType, text: str) -> None:
        params = types.ShowMessageParams(type=kind, message=text)
        self.server.protocol.notify(types.WINDOW_SHOW_MESSAGE, params)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        if self.session is not None:
            spawn(self.session, asyncio.get_running_loop().create_task(work))

    async def choose(self, message: str, options: Sequence[str]) -> str | None:
        """One of `options` by a message request; None when the user closed it."""
        params = types.ShowMessageRequestParams(
            type=types.MessageType.Info,
            message=message,
            actions=[types.MessageActionItem(title=option) for option in options],
        )
        try:
            chosen = await self.server.window_show_message_request_async(params)
        except JsonRpcException:
            return None
        return chosen.title if chosen is not None else None

    async def _ask(self, state: RunState, question: AskUser) -> None:
        if self.session is None:
            return
        if not question.options:
            self.trouble(f"{question.question} (run {state.id} waits for redline.answer)")
            return
        chosen = await self.choose(question.question, question.options)
        if chosen is None:
            runs.cancel(self.session, state.id)
        else:
            runs.answer(self.session, state.id, question.id, chosen)

    async def _review(self, live: LiveProposal) -> None:
        """The standard path: Apply, Preview or Discard; a preview is followed by the decision."""
        session, proposal = self.session, live.proposal
        if session is None:
            return
        notes = "".join(f"\n{note}" for note in proposal.notes)
        message = f"{proposal.title} ({summary(proposal)}){notes}"
        chosen = await self.choose(message, (APPLY, PREVIEW, DISCARD))
        confirm = chosen == PREVIEW and self.features.annotations
        if chosen == PREVIEW and not confirm:
            shown = present.diff_now(session, live).decode("utf-8", "replace")[:SHOWN_DIFF]
            chosen = await self.choose(f"{message}\n\n{shown}", (APPLY, DISCARD))
        if chosen == APPLY or confirm:
            result = await accept(self.accepting, session, self, proposal.id, confirm=confirm)
            if not result.accepted:
                self.trouble(f"{proposal.title}: {result.message}")
            elif result.unconfirmed:
                self.trouble(result.message)
        else:
            review.reject(session, proposal.id)
