"""How much a model can hold, by the table that comes with litellm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

TABLE = "model_prices_and_context_window_backup.json"


def window(model: str) -> int:
    """The tokens that `model` (`provider/name`) can be sent; 0 where it is not in the table.

    The first call reads the table, which takes some 30 ms; litellm itself is not loaded.
    """
    provider, _, name = model.partition("/")
    if not name or ":" in provider:
        return 0
    known = _table()
    return known.get(model) or known.get(name) or 0


@cache
def _table() -> Mapping[str, int]:
    found = find_spec("litellm")
    folder = Path(*(found.submodule_search_locations or ())[:1]) if found is not None else Path()
    try:
        held: object = json.loads((folder / TABLE).read_bytes())
    except (OSError, ValueError):
        return {}
    rows = held if isinstance(held, dict) else {}
    sizes = {name: row.get("max_input_tokens") for name, row in rows.items()}
    return {name: size for name, size in sizes.items() if isinstance(size, int)}
