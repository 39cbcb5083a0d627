"""What a call through litellm does not do: work that nobody has asked for, on the event loop."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from model_support import Serving, model, request, unheard

from redline.core.agent.model import Reply

NEEDLESS = {
    ("openai/_utils/_transform.py", "_async_transform_recursive"),
    ("litellm_core_utils/litellm_logging.py", "_async_success_handler_body"),
    ("litellm_core_utils/redact_messages.py", "perform_redaction"),
}


@contextmanager
def called() -> Iterator[set[tuple[str, str]]]:
    """The functions that are called in this thread: the end of their file, and their name."""
    found: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            parts = frame.f_code.co_filename.split("/")
            found.add(("/".join(parts[-2:]), frame.f_code.co_name))
            found.add(("/".join(parts[-3:]), frame.f_code.co_name))

    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)


async def test_nothing_is_worked_out_for_loggers_or_types(serving: Serving) -> None:
    server = await serving("> first\n---\n> second\n---\n> third")
    asked = model(server)
    await asked.reply(request(), unheard)  # what is imported late is there
    with called() as functions:
        replies = [await asked.reply(request(), unheard) for _ in range(2)]
    assert [each.text for each in replies if isinstance(each, Reply)] == ["second", "third"]
    assert ("chat/gpt_transformation.py", "transform_request") in functions
    assert functions & NEEDLESS == set()
