"""The model `scripted:FILE`: replies from a script, for tests, demonstrations and bug reports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from redline.core.agent.exchange import ModelFailure, ModelRequest, unpaired
from redline.core.agent.model import FailureKind, Reply, Turn, Usage
from redline.core.agent.script import TIMED, Fault, Script, ScriptedReply, parse, unmet
from redline.core.inline.prompt.model import Filled, FillRequest

_KIND_OF_FAULT: dict[str, FailureKind] = {
    "status": "provider",
    "context-length": "provider",
    "no-tools": "provider",
}
# Trouble on the way, and the reply is whole all the same.
_SURVIVED = ("cut-after-finish", "break-after-finish", "one-index", "no-ids", *TIMED)
_HOPELESS = ("refusal", "cut-tool-call")


def read_script(path: str) -> Script | ModelFailure:
    """The script in the file `path`, or what is wrong with it (kind 'policy')."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return ModelFailure("policy", f"cannot read the script {path}: {error}")
    script, problems = parse(text, path)
    if problems:
        return ModelFailure("policy", "\n".join(str(problem) for problem in problems))
    return script


class ScriptedModel:
    """Plays the replies of `script` in order, to whichever run asks.

    Every request must pair each tool call with exactly one result, meet the reply's
    expectations, and find a reply left; otherwise it fails (kind 'provider').
    """

    __slots__ = ("_next", "_script")

    def __init__(self, script: Script) -> None:
        self._script = script
        self._next = 0

    @property
    def name(self) -> str:
        """As configured: `scripted:FILE`."""
        return f"scripted:{self._script.source}"

    def unused(self) -> tuple[ScriptedReply, ...]:
        """The replies that were never asked for."""
        return self._script.in_order[self._next :]

    async def reply(
        self, request: ModelRequest, on_text: Callable[[str], None]
    ) -> Reply | ModelFailure:
        """The next reply of the script; a pause takes its time, and can be cancelled."""
        broken = unpaired(request.turns)
        if broken:
            return ModelFailure("provider", f"{self.name}: the transcript is wrong: {broken}")
        scripted = self._following()
        if isinstance(scripted, ModelFailure):
            return scripted
        problem = unmet(scripted, request.turns)
        if problem:
            return ModelFailure("provider", f"{self._script.source}:{scripted.line}: {problem}")
        if scripted.fault is not None and scripted.fault.kind in TIMED:
            await asyncio.sleep(scripted.fault.seconds)
        if scripted.fault is not None and scripted.fault.kind not in _SURVIVED:
            return self._failure(scripted, scripted.fault)
        if scripted.finish in ("length", "content_filter"):
            return self._failure(scripted, Fault(f"finish {scripted.finish}"))
        if scripted.text:
            on_text(scripted.text)
        usage = Usage(scripted.input_tokens, scripted.output_tokens)
        return Reply(scripted.text, scripted.calls, usage, self.name)

    def sent(self, request: FillRequest) -> tuple[str, ...]:
        """The texts that the script answers to; they leave nowhere."""
        return (request.prompt, request.suffix)

    async def fill(self, request: FillRequest) -> Filled | ModelFailure:
        """The reply for the end of what stands before the cursor, else the next of the script."""
        scripted = self._script.filling(request.prompt) or self._following()
        if isinstance(scripted, ModelFailure):
            return scripted
        problem = unmet(scripted, (Turn("user", f"{request.prompt}\n{request.suffix}"),))
        if problem:
            return ModelFailure("provider", f"{self._script.source}:{scripted.line}: {problem}")
        if scripted.fault is not None and scripted.fault.kind in TIMED:
            await asyncio.sleep(scripted.fault.seconds)
        if scripted.fault is not None and scripted.fault.kind not in _SURVIVED:
            return self._failure(scripted, scripted.fault)
        usage = Usage(scripted.input_tokens, scripted.output_tokens)
        return Filled(tuple(filter(None, scripted.candidates))[: request.count], usage)

    def _following(self) -> ScriptedReply | ModelFailure:
        """The next reply in order."""
        replies = self._script.in_order
        if self._next == len(replies):
            count = len(replies)
            return ModelFailure(
                "provider",
                f"{self.name} has {count} replies, and this request is number {count + 1};"
                " add a reply, or find out why the run asks once more",
            )
        self._next += 1
        return replies[self._next - 1]

    def _failure(self, scripted: ScriptedReply, fault: Fault) -> ModelFailure:
        kind = _KIND_OF_FAULT.get(fault.kind, "incomplete")
        what = f"{fault.kind} {fault.status}" if fault.status else fault.kind
        again = None
        hopeless = fault.kind in _HOPELESS
        if (kind == "incomplete" and not hopeless) or fault.status == 429 or fault.status >= 500:
            wait = fault.retry_after
            again = float(wait) if wait.replace(".", "", 1).isdecimal() else fault.seconds
        return ModelFailure(
            kind, f"{self._script.source}:{scripted.line}: the script says {what}", again
        )
