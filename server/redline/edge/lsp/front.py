"""What the user sees: our own notifications where a plugin takes them, else standard messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from redline.app.session import Session, spawn
from redline.core.agent.model import AskUser
from redline.core.agent.state import RunState
from redline.core.proposal.follow import LiveProposal
from redline.core.proposal.model import Answer
from redline.core.text.markdown import inert
from redline.edge.lsp import present, virtual, wire
from redline.edge.lsp.editor import LspEditor
from redline.edge.lsp.features import Features

INDEX_PROGRESS = "redline/index"


@dataclass(slots=True)
class LspFront:
    """One connection's user.

    `told` is what the client knows of each proposal and `served` the digest of each
    virtual document it was given: what has changed since is sent anew.
    """

    server: LanguageServer
    editor: LspEditor
    features: Features = field(default_factory=Features)
    session: Session | None = None
    tokens: set[str] = field(default_factory=set)
    offered: set[str] = field(default_factory=set)
    told: dict[str, wire.ProposalMessage] = field(default_factory=dict)
    served: dict[str, str] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

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
        """A proposal for review, or news of one."""
        if self.session is None:
            return
        new = live.proposal.id not in self.offered
        self.offered.add(live.proposal.id)
        if self.features.own_review:
            self._tell(live)
        elif new and live.state == "open":
            from redline.edge.lsp.standard_review import offer

            self.later(offer(self, live))
        elif live.state == "expired" and not live.expired.startswith("replaced"):
            self.trouble(f"“{live.proposal.title}” can no longer be accepted: {live.expired}")
        self._lenses_moved()
        self._documents_moved()

    def reopened(self, live: LiveProposal) -> None:
        """A proposal that an earlier server left open: shown again, but not asked again."""
        self.offered.add(live.proposal.id)
        if self.features.own_review:
            return self._tell(live)
        self._message(
            types.MessageType.Info,
            f"“{live.proposal.title}” is still open; the code actions at its lines decide on it",
        )

    def refresh(self) -> None:
        """After a pause in typing: places in open proposals and in their documents have moved."""
        if self.session is None or not self.session.proposals or self.session.expected:
            return
        if self.features.own_review:
            for live in self.session.proposals.values():
                if live.state == "open":
                    self._tell(live)
        self._documents_moved()

    def _tell(self, live: LiveProposal) -> None:
        if self.session is None:
            return
        message = present.proposal_message(self.session, live)
        if self.told.get(live.proposal.id) != message:
            self.told[live.proposal.id] = message
            self.notify("redline/proposal", message)

    def _lenses_moved(self) -> None:
        lenses = self.session is not None and self.session.settings.code_lenses == "on"
        if self.features.lens_refresh and lenses:
            self.later(self._ask_again(types.WORKSPACE_CODE_LENS_REFRESH, None))

    def _documents_moved(self) -> None:
        """Has the client read again the documents it shows that have changed."""
        for uri, digest in list(self.served.items()):
            text = virtual.text_of(self.session, uri) if self.session is not None else None
            if text is None or text.digest == digest:
                continue
            self.served[uri] = text.digest
            if self.features.text_document_content:
                params = types.TextDocumentContentRefreshParams(uri)
                self.later(self._ask_again(types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH, params))

    async def _ask_again(self, method: str, params: object) -> None:
        try:
            await self.server.protocol.send_request_async(method, params)
        except JsonRpcException:
            return  # it shows what it has; nothing rests on it

    def answered(self, answer: Answer) -> None:
        """An answer, in the client's own view or as a message."""
        if self.features.own_review:
            self.notify("redline/answer", present.answer_message(answer))
        else:
            self._message(types.MessageType.Info, inert(answer.markdown))

    def asked(self, state: RunState, question: AskUser) -> None:
        """A question; a plain client is asked by a message request."""
        if self.features.own_review:
            self.notify("redline/question", present.question_message(state, question))
        else:
            self.later(self._ask(state, question))

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
        except JsonRpcException:
            return
        self.tokens.add(token)
        begin = types.WorkDoneProgressBegin(title=title, cancellable=cancellable)
        self._progress(token, begin)
        if over():
            self._end(token, "")

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

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Does `work` beside everything else, as long as the session lasts."""
        if self.session is None:
            return work.close()
        spawn(self.session, asyncio.get_running_loop().create_task(work))

    def after_reply(self, work: Coroutine[None, None, None]) -> None:
        """Does `work` once the request in hand is answered: an editor that waits for the
        answer (Emacs does) can be asked nothing before."""

        async def next_turn() -> None:
            await asyncio.sleep(0)
            await work

        self.later(next_turn())

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
        from redline.app import runs  # a run has asked: it is loaded

        chosen = await self.choose(question.question, question.options) or question.otherwise
        if not chosen:
            runs.cancel(self.session, state.id)
        else:
            runs.answer(self.session, state.id, question.id, chosen)
