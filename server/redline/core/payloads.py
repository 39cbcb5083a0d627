"""The journal's payloads as JSON text, and back: one codec for every dataclass of a run.

Each object says what it is (`{"type": "ModelReplied", ...}`); decoding follows the
annotations of that class. Bytes are `{"utf8": text}` where they are UTF-8 and
`{"base64": text}` where not; numbers JSON lacks are `{"float": "inf"}`. A field left out
takes its default, so a field with a default may be added without a new format.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

from redline.core.agent.events import Event
from redline.core.agent.model import Effect
from redline.core.context.model import ContextGiven
from redline.core.gateway.records import Attempt, Attempted
from redline.core.oversight.policy import Verdict
from redline.core.proposal.model import Review, RolledBack

Payload = Event | Effect | Verdict | Review | RolledBack | Attempt | Attempted | ContextGiven
Decoder = Callable[[object], object]

# Legal in a Python string and as a JSON escape, but not as UTF-8 and so not in a database.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class PayloadError(ValueError):
    """JSON text that is no payload of ours. The message says where and why."""


def encode(value: Payload) -> str:
    """`value` as JSON text on one line, without lone surrogates."""
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def decode(text: str) -> Payload:
    """The object `encode` made `text` from. Raises `PayloadError`."""
    try:
        value: object = json.loads(text)
    except ValueError as error:
        raise PayloadError(f"not JSON: {error}") from error
    result: Payload = _decoder(Payload)(value)  # type: ignore[assignment]
    return result


def _plain(value: object) -> object:
    """`value` in terms of JSON's own types."""
    if isinstance(value, Enum):
        return value.name
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else {"float": repr(value)}
    if isinstance(value, bytes):
        try:
            return {"utf8": value.decode()}
        except UnicodeDecodeError:
            return {"base64": b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {"type": type(value).__name__} | {
            field.name: _plain(getattr(value, field.name)) for field in fields(value)
        }
    raise TypeError(f"{type(value).__name__} has no place in a payload")


@cache
def _decoder(hint: object) -> Decoder:
    """The function that reads a value of the annotation `hint`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union(arguments)
    if origin is Literal:
        return _one_of(arguments)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _fixed(arguments)
    if origin in (tuple, list):
        return _sequence(origin, arguments[0])
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(arguments[1])
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint)
    if hint in _SCALARS:
        return _SCALARS[hint]
    raise TypeError(f"{hint} has no place in a payload")


def _union(hints: tuple[object, ...]) -> Decoder:
    classes = {hint.__name__: hint for hint in hints if isinstance(hint, type)}
    tagged = {name: hint for name, hint in classes.items() if is_dataclass(hint)}
    others = tuple(hint for hint in hints if hint not in tagged.values())

    def read(value: object) -> object:
        if isinstance(value, dict) and "type" in value and tagged:
            name = value["type"]
            if not isinstance(name, str) or name not in tagged:
                raise PayloadError(f"unknown type {name!r}")
            return _decoder(tagged[name])(value)
        for hint in others:
            try:
                return _decoder(hint)(value)
            except PayloadError:
                continue
        raise _mismatch("one of " + ", ".join(map(_name, hints)), value)

    return read


def _dataclass(cls: type) -> Decoder:
    hints = get_type_hints(cls)
    known = {field.name: field for field in fields(cls) if field.init}
    needed = {
        name
        for name, field in known.items()
        if field.default is MISSING and field.default_factory is MISSING
    }

    def read(value: object) -> object:
        if not isinstance(value, dict) or value.get("type") != cls.__name__:
            raise _mismatch(cls.__name__, value)
        given = {name: item for name, item in value.items() if name != "type"}
        if given.keys() - known.keys() or needed - given.keys():
            odd = ", ".join(sorted((given.keys() - known.keys()) | (needed - given.keys())))
            raise PayloadError(f"{cls.__name__}: unknown or missing: {odd}")
        try:
            return cls(**{name: _decoder(hints[name])(item) for name, item in given.items()})
        except ValueError as error:  # a field's, or the class's own check of its fields
            raise PayloadError(f"{cls.__name__}: {error}") from error

    return read


def _sequence(make: type, hint: object) -> Decoder:
    def read(value: object) -> object:
        if not isinstance(value, list):
            raise _mismatch("a list", value)
        item = _decoder(hint)
        return make(map(item, value))

    return read


def _fixed(hints: tuple[object, ...]) -> Decoder:
    def read(value: object) -> object:
        if not isinstance(value, list) or len(value) != len(hints):
            raise _mismatch(f"a list of {len(hints)}", value)
        return tuple(_decoder(hint)(item) for hint, item in zip(hints, value, strict=True))

    return read


def _mapping(hint: object) -> Decoder:
    def read(value: object) -> object:
        if not isinstance(value, dict):
            raise _mismatch("an object", value)
        return {key: _decoder(hint)(item) for key, item in value.items()}

    return read


def _one_of(choices: tuple[object, ...]) -> Decoder:
    def read(value: object) -> object:
        if value not in choices:
            raise _mismatch("one of " + ", ".join(map(repr, choices)), value)
        return value

    return read


def _member(enum: type[Enum]) -> Decoder:
    def read(value: object) -> object:
        if not isinstance(value, str) or value not in enum.__members__:
            raise _mismatch("one of " + ", ".join(enum.__members__), value)
        return enum[value]

    return read


def _exactly(kind: type, name: str) -> Decoder:
    def read(value: object) -> object:
        # By exact type: True is an int to isinstance, and 1 == True.
        if type(value) is not kind:
            raise _mismatch(name, value)
        return value

    return read


def _float(value: object) -> object:
    if isinstance(value, dict) and value.get("float") in ("inf", "-inf", "nan"):
        return float(value["float"])
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _mismatch("a number", value)
    return float(value)


def _bytes(value: object) -> object:
    match value:
        case {"utf8": str(text)}:
            return text.encode()
        case {"base64": str(text)}:
            try:
                return b64decode(text, validate=True)
            except ValueError as error:
                raise PayloadError(f"base64: {error}") from error
    raise _mismatch("bytes", value)


_SCALARS: Mapping[object, Decoder] = {
    str: _exactly(str, "a string"),
    int: _exactly(int, "a whole number"),
    bool: _exactly(bool, "true or false"),
    NoneType: _exactly(NoneType, "null"),
    float: _float,
    bytes: _bytes,
}


def _name(hint: object) -> str:
    return hint.__name__ if isinstance(hint, type) else str(hint)


def _mismatch(expected: str, value: object) -> PayloadError:
    return PayloadError(f"expected {expected}, got {json.dumps(value)[:60]}")
