"""Models that were taught to fill in the middle, and the markers they were taught with.

Servers of open models often take no `suffix` (vLLM refuses it, and so does llama.cpp): there
the markers stand in the prompt itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Markers:
    """What stands before the prefix, before the suffix, and before what is to be inserted.

    `suffix_first`: the suffix is told before the prefix. `ends` end what is inserted.
    """

    prefix: str
    suffix: str
    middle: str
    suffix_first: bool = False
    ends: tuple[str, ...] = ()


_QWEN = Markers("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", ends=("<|endoftext|>",))
_STARCODER = Markers("<fim_prefix>", "<fim_suffix>", "<fim_middle>", ends=("<|endoftext|>",))
_LLAMA = Markers("<PRE> ", " <SUF>", " <MID>", ends=("<EOT>",))
_DEEPSEEK = Markers("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>")
_CODESTRAL = Markers("[PREFIX]", "[SUFFIX]", "", suffix_first=True)

FAMILIES: Sequence[tuple[re.Pattern[str], Markers]] = tuple(
    (re.compile(pattern, re.IGNORECASE), markers)
    for pattern, markers in (
        (r"qwen[\d.]*-?coder|codeqwen|codegemma|seed-coder|mellum", _QWEN),
        (r"starcoder|stable-?code|santacoder|granite.*code|refact", _STARCODER),
        (r"code-?llama", _LLAMA),
        (r"deepseek-?coder", _DEEPSEEK),
        (r"codestral|devstral", _CODESTRAL),
    )
)


def markers_of(model: str) -> Markers | None:
    """The markers of a model by its name, None where none are known."""
    return next((each for pattern, each in FAMILIES if pattern.search(model)), None)


def marked(markers: Markers, prompt: str, suffix: str) -> str:
    """The prompt that asks for what stands between the two."""
    if markers.suffix_first:
        return f"{markers.suffix}{suffix}{markers.prefix}{prompt}{markers.middle}"
    return f"{markers.prefix}{prompt}{markers.suffix}{suffix}{markers.middle}"


def confused(markers: Markers, *texts: str) -> bool:
    """Whether a text holds a marker: in code the model would take it for the end of a part, and
    of an answer it is no part.
    """
    all_ = (markers.prefix, markers.suffix, markers.middle, *markers.ends)
    return any(each.strip() in text for each in all_ if each.strip() for text in texts)
