"""JSON-RPC and the LSP lifecycle, as the specification says, over pygls' message layer.

pygls gives the feature table, the type converter and outgoing requests. What it leaves
open is closed here: every request is answered exactly once, also when its params do not
fit; requests before `initialize` get -32002, a second `initialize` -32600; `exit` ends
with 0 only after `shutdown`; no payload reaches the log. LSP 3.17, "Base Protocol",
"Server lifecycle".
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from cattrs import Converter
from cattrs.errors import BaseValidationError
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

logger = logging.getLogger(__name__)

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800
CONTENT_MODIFIED = -32801

MessageId = str | int

# Seconds after which a request of ours is nudged, and within which it follows an answer closely.
NUDGES = (0.15, 1.0)
ON_THE_HEELS = 0.25
NUDGE = "$/redline/nudge"


class RequestProblem(Exception):
    """Answers the request with this error. Handlers raise it; nothing else should escape them."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Life(Enum):
    """Where the connection is in its life."""

    NEW = "new"
    RUNNING = "running"
    SHUT_DOWN = "shut down"
    EXITED = "exited"


@dataclass(frozen=True, slots=True)
class Handlers:
    """The connection's handlers by method. Plain functions run at once, in arrival order.

    A reader takes a method's params as JSON, where the converter costs too much; what it
    answers None to is left to the converter.
    """

    requests: Mapping[str, Callable[[Any], Any]]
    notifications: Mapping[str, Callable[[Any], Any]]
    readers: Mapping[str, Callable[[object], object]] = field(default_factory=dict)


class RedlineProtocol(LanguageServerProtocol):
    """One connection's message layer."""

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self.life = Life.NEW
        self.handlers = Handlers({}, {})
        self.on_exit: Callable[[int], None] = lambda code: None
        self._running: dict[MessageId, asyncio.Task[Any]] = {}
        self._answered_at = -ON_THE_HEELS

    def _register_builtin_features(self) -> None:
        """None of pygls' own: its text model and lifecycle are replaced by ours."""

    def receive(self, body: bytes) -> None:
        """Handles one message. Never raises: what is wrong with it is answered or logged."""
        try:
            message: object = json.loads(body)
        except (ValueError, RecursionError) as error:
            self._answer(None, problem=RequestProblem(PARSE_ERROR, f"not JSON: {error}"))
            return
        if not isinstance(message, dict):
            text = "a message is one JSON object; batches are not part of LSP"
            self._answer(None, problem=RequestProblem(INVALID_REQUEST, text))
            return
        method, id_ = message.get("method"), message.get("id")
        if method is None and ("result" in message or "error" in message):
            self._response(message)
        elif not isinstance(method, str):
            known = id_ if isinstance(id_, str | int) else None
            problem = RequestProblem(INVALID_REQUEST, "a message needs a method")
            self._answer(known, problem=problem)
        elif "id" in message:
            if isinstance(id_, str | int) and not isinstance(id_, bool):
                self._request(id_, method, message.get("params"))
            else:
                problem = RequestProblem(INVALID_REQUEST, "an id is a number or a string")
                self._answer(None, problem=problem)
        else:
            self._notification(method, message.get("params"))

    def _request(self, id_: MessageId, method: str, params: object) -> None:
        handler = self.handlers.requests.get(method)
        problem = self._out_of_order(method)
        if problem is None and handler is None:
            problem = RequestProblem(METHOD_NOT_FOUND, f"{method} is not supported")
        if problem is None and id_ in self._running:
            problem = RequestProblem(INVALID_REQUEST, f"the id {id_!r} is in use")
        if problem is not None or handler is None:
            self._answer(id_, problem=problem)
            return
        result = self._called(handler, method, params)
        if isinstance(result, RequestProblem):
            self._answer(id_, problem=result)
        elif inspect.isawaitable(result):
            self._run(id_, method, result)
        else:
            self._answer(id_, result)

    def _called(self, handler: Callable[[Any], Any], method: str, params: object) -> Any:
        """What the handler returns, or the problem that stands for what it raised."""
        try:
            return handler(self._structured(method, params))
        except RequestProblem as error:
            return error
        except Exception as error:  # noqa: BLE001  a fault is answered and logged, never hidden
            return _fault(method, error)

    def _run(self, id_: MessageId, method: str, result: Any) -> None:
        task = asyncio.ensure_future(result)
        self._running[id_] = task

        def finished(done: asyncio.Task[Any]) -> None:
            self._running.pop(id_, None)
            if done.cancelled():
                self._answer(id_, problem=RequestProblem(REQUEST_CANCELLED, "cancelled"))
            elif (error := done.exception()) is None:
                self._answer(id_, done.result())
            elif isinstance(error, RequestProblem):
                self._answer(id_, problem=error)
            else:
                self._answer(id_, problem=_fault(method, error))

        task.add_done_callback(finished)

    def _out_of_order(self, method: str) -> RequestProblem | None:
        if self.life is Life.NEW and method != types.INITIALIZE:
            return RequestProblem(NOT_INITIALIZED, "the server is not initialized yet")
        if self.life is Life.RUNNING and method == types.INITIALIZE:
            return RequestProblem(INVALID_REQUEST, "initialize was already sent")
        if self.life in (Life.SHUT_DOWN, Life.EXITED):
            return RequestProblem(INVALID_REQUEST, "the server was shut down")
        return None

    def _notification(self, method: str, params: object) -> None:
        if method == types.EXIT:
            code = 0 if self.life is Life.SHUT_DOWN else 1
            self.life = Life.EXITED
            self.on_exit(code)
        elif method == types.CANCEL_REQUEST:
            self._cancel(params)
        elif self.life is Life.RUNNING and method in self.handlers.notifications:
            result = self._called(self.handlers.notifications[method], method, params)
            if isinstance(result, RequestProblem):
                self._complain(f"{method}: {result.message}")

    def _cancel(self, params: object) -> None:
        id_ = params.get("id") if isinstance(params, dict) else None
        task = self._running.get(id_) if isinstance(id_, str | int) else None
        if task is not None:
            task.cancel()

    def _complain(self, message: str) -> None:
        """Tells the user of a notification that could not be obeyed."""
        params = types.LogMessageParams(type=types.MessageType.Error, message=message)
        self.notify(types.WINDOW_LOG_MESSAGE, params)

    def _structured(self, method: str, params: object) -> Any:
        """`params` as the type the specification gives `method`; plain JSON for our own."""
        reader = self.handlers.readers.get(method)
        found = reader(params) if reader is not None else None
        if found is not None:
            return found
        message_type = self.get_message_type(method)
        if message_type is None:
            return params
        raw: dict[str, object] = {"jsonrpc": "2.0", "id": 0, "method": method}
        if params is not None:
            raw["params"] = params
        try:
            return self._converter.structure(raw, message_type).params
        except (BaseValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
            what = _first_cause(error)
            raise RequestProblem(INVALID_PARAMS, f"params of {method}: {what}") from error

    def _response(self, message: dict[str, Any]) -> None:
        """An answer to one of our requests."""
        id_ = message.get("id")
        future = self._request_futures.pop(id_, None) if isinstance(id_, str | int) else None
        result_type = self._result_types.pop(id_, None) if isinstance(id_, str | int) else None
        if future is None or future.done():
            logger.info("an answer to no open request was ignored")
            return
        if message.get("error") is not None:
            error = message["error"] if isinstance(message["error"], dict) else {}
            text = str(error.get("message", "no reason given"))
            code = error.get("code")
            future.set_exception(JsonRpcException(text, code if isinstance(code, int) else 0))
            return
        future.set_result(self._result(message, result_type))

    def _result(self, message: dict[str, Any], result_type: Any) -> Any:
        if result_type is None:
            return message.get("result")
        raw = {"jsonrpc": "2.0", "id": 0, "result": message.get("result")}
        try:
            return self._converter.structure(raw, result_type).result
        except (BaseValidationError, ValueError, TypeError, KeyError, AttributeError):
            # A client's malformed answer is treated as none: nothing was chosen or applied.
            logger.warning("a malformed answer was taken as none")
            return None

    def _answer(
        self, id_: MessageId | None, result: Any = None, problem: RequestProblem | None = None
    ) -> None:
        self._answered_at = asyncio.get_running_loop().time()
        if problem is not None:
            error = {"code": problem.code, "message": problem.message}
            self._send_data({"jsonrpc": "2.0", "id": id_, "error": error})
        else:
            plain = self._converter.unstructure(result)
            self._send_data({"jsonrpc": "2.0", "id": id_, "result": plain})

    def send_request(
        self,
        method: str,
        params: Any | None = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: MessageId | None = None,
    ) -> Future[Any]:
        """Sends a request; one on the heels of an answer is nudged until it is answered.

        Emacs before 30 leaves what it read along with an answer it waited for (jsonrpc.el
        throws out of its reader) until more arrives: a question would never be seen. More
        is a notification every client may ignore (LSP 3.17, "$ Notifications").
        """
        future: Future[Any] = super().send_request(method, params, callback, msg_id)
        loop = asyncio.get_running_loop()
        if loop.time() - self._answered_at < ON_THE_HEELS:
            for seconds in NUDGES:
                loop.call_later(seconds, self._nudge, future)
        return future

    def _nudge(self, future: Future[Any]) -> None:
        if not future.done():
            self._send_data({"jsonrpc": "2.0", "method": NUDGE})

    def _send_data(self, data: Any) -> None:
        """Writes one message; a message with a lone surrogate goes out escaped."""
        if self.writer is None or self.life is Life.EXITED:
            return
        body = json.dumps(data, default=self._serialize_message, ensure_ascii=True).encode("ascii")
        self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def read(self, raw: object, kind: Any) -> Any:
        """JSON values as a protocol type; None where they are none."""
        try:
            return self._converter.structure(raw, kind)
        except (BaseValidationError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def plain(self, value: Any) -> Any:
        """A protocol type as JSON values."""
        return self._converter.unstructure(value)

    def refuse(self, code: int, message: str) -> None:
        """Answers bytes that are no message."""
        self._answer(None, problem=RequestProblem(code, message))

    def abandon(self) -> None:
        """The connection is over: nothing of ours waits for an answer any more."""
        for task in self._running.values():
            task.cancel()
        futures: list[Future[Any]] = list(self._request_futures.values())
        self._request_futures.clear()
        for future in futures:
            future.cancel()


def strict_converter() -> Converter:
    """lsprotocol's converter, which by itself would make the text "None" of a null."""
    converter = Converter()
    for primitive in (str, int, bool):
        converter.register_structure_hook(primitive, _strict)
    return get_converter(converter)


def _strict(value: Any, kind: type) -> Any:
    if issubclass(kind, Enum):
        return kind(value)
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} where {kind.__name__} is expected")
    return value


def _fault(method: str, error: BaseException) -> RequestProblem:
    """An internal fault as an answer: its type, never its payload or our paths."""
    logger.error("fault in %s", method, exc_info=error)
    text = f"internal fault in {method} ({type(error).__name__}); please report it"
    return RequestProblem(INTERNAL_ERROR, text)


def _first_cause(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return str(error).split("\n")[0][:200] or type(error).__name__
