"""Reads the layers of the settings: files, the environment (for keys only), the client."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from redline.adapters.disk import read_bytes
from redline.adapters.places import config_file
from redline.adapters.toml_lines import key_lines, line_of
from redline.core.problems import Unreadable
from redline.core.settings import (
    Layer,
    LayerName,
    Settings,
    SettingsProblem,
    resolve,
    setting_of,
)
from redline.core.settings_table import KEYS

WORKSPACE_FILE = "redline.toml"
KEY_VARIABLE = "REDLINE_API_KEY"
_MAX_FILE = 1_000_000
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_Problems = tuple[SettingsProblem, ...]


def load(
    root: Path | None,
    team: Path | None,
    client: Mapping[str, object],
    command_line: Mapping[str, object],
) -> tuple[Settings, _Problems]:
    """The settings of a session, and what is wrong with them, lowest rank first.

    `root` is the workspace folder, `team` the file given by `--config`; `client` and
    `command_line` are nested or dotted. The workspace ranks lowest and may only narrow.
    """
    user, problems = _user_layers(config_file())
    layers = list(user)
    if team is not None:
        found, more = _file_layer("team", team)
        problems += more
        if found is None and not more:
            problems += (_problem(team, "file", "there is no such file"),)
        layers += [found] if found else []
    layers.append(Layer("client", "", dict(_flat(client))))
    layers.append(Layer("command line", "", dict(_flat(command_line))))
    refused = [_keyless(layer) for layer in layers]
    layers = [layer for layer, _ in refused]
    problems += tuple(problem for _, found in refused for problem in found)
    if root is not None:
        workspace, more = _workspace_layer(root / WORKSPACE_FILE, layers)
        problems += more
        layers[:0] = [workspace] if workspace else []
    settings, more = resolve(layers)
    if root is not None and settings.origins.get("checks.build", "").startswith("workspace"):
        settings = replace(settings, workspace_digest=workspace_digest(root))
    return settings, problems + more


def workspace_digest(root: Path) -> str:
    """Names the bytes of the file of the workspace at `root`, '' where there is none."""
    data = read_bytes(root / WORKSPACE_FILE, _MAX_FILE)
    return "" if isinstance(data, Unreadable) else sha256(data).hexdigest()


def _user_layers(path: Path) -> tuple[tuple[Layer, ...], _Problems]:
    """The user's file, then the environment, which holds nothing but the key."""
    layer, problems = _file_layer("user", path)
    layers: tuple[Layer, ...] = (layer,) if layer else ()
    if layer and _holds_key(layer) and os.name == "posix" and path.stat().st_mode & 0o077:
        message = f"others may read the key in this file; chmod 600 {path}"
        key = _secrets(layer)[0]
        line = line_of(dict(layer.lines), key)
        problems += (SettingsProblem(str(path), line, key, message),)
        layers = (_without(layer, _secrets(layer)),)
    key = os.environ.get(KEY_VARIABLE, "")
    if key:
        layers += (Layer("user", f"environment variable {KEY_VARIABLE}", {"api_key": key}),)
    return layers, problems


def _keyless(layer: Layer) -> tuple[Layer, _Problems]:
    """A key belongs to one person: not in a team's file, nor on a command line others see."""
    if layer.name not in ("team", "command line"):
        return layer, ()
    message = f"a key may not be set here; use {KEY_VARIABLE} or your user file (chmod 600)"
    source = layer.source or layer.name
    secrets = _secrets(layer)
    return _without(layer, secrets), tuple(
        SettingsProblem(source, layer.lines.get(key, 0), key, message) for key in secrets
    )


def _workspace_layer(path: Path, others: Sequence[Layer]) -> tuple[Layer | None, _Problems]:
    """The workspace's file without the limits that would be wider than what holds anyway."""
    layer, problems = _file_layer("workspace", path)
    if layer is None:
        return None, problems
    limits, _ = resolve(others)
    wider = tuple(key for key, value in layer.values.items() if _wider(value, _limit(limits, key)))
    problems += tuple(
        SettingsProblem(
            layer.source,
            layer.lines.get(key, 0),
            key,
            f"a workspace may only lower this; {_limit(limits, key):g} stays",
            fatal=False,
        )
        for key in wider
    )
    return _without(layer, wider), problems


def _limit(settings: Settings, key: str) -> float | None:
    """The number a key that a workspace may set stands at; None for other keys."""
    setting = KEYS.get(key)
    if setting is None or not setting.workspace or setting.type not in (int, float):
        return None
    group, _, name = key.rpartition(".")
    value: object = getattr(settings.budget if group == "budget" else settings, name)
    return float(value) if isinstance(value, int | float) else None


def _wider(value: object, limit: float | None) -> bool:
    return limit is not None and isinstance(value, int | float) and value > limit


def _file_layer(name: LayerName, path: Path) -> tuple[Layer | None, _Problems]:
    """The layer of a TOML file; None when there is no file or it cannot be read."""
    data = read_bytes(path, _MAX_FILE)
    if isinstance(data, Unreadable):
        missing = not os.path.lexists(path)
        return None, () if missing else (_problem(path, "file", data.reason),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, (_problem(path, "syntax", "expected UTF-8 text", line),)
    text = text.replace("\r\n", "\n")
    try:
        table: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (_syntax_problem(path, text, error),)
    values = dict(_flat(table))
    lines = key_lines(text)
    return Layer(name, str(path), values, {key: line_of(lines, key) for key in values}), ()


def _syntax_problem(path: Path, text: str, error: tomllib.TOMLDecodeError) -> SettingsProblem:
    message = str(error)
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    what = message[: place.start()] if place else message
    return _problem(path, "syntax", f'{what}; expected TOML, as in: model = "builtin"', line)


def _problem(path: Path, key: str, message: str, line: int = 0) -> SettingsProblem:
    return SettingsProblem(str(path), line, key, message)


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Dotted keys and their values; a null, which clients send for "not set", is left out."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif value is not None:
            yield prefix + key, value


def _holds_key(layer: Layer) -> bool:
    return bool(_secrets(layer))


def _secrets(layer: Layer) -> tuple[str, ...]:
    found = ((key, setting_of(key)) for key in layer.values)
    return tuple(key for key, setting in found if setting is not None and setting.secret)


def _without(layer: Layer, keys: Sequence[str]) -> Layer:
    values = {key: value for key, value in layer.values.items() if key not in keys}
    return Layer(layer.name, layer.source, values, layer.lines)
