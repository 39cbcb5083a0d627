"""Addresses of models, as they may be shown and recorded."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def shown_address(address: str) -> str:
    """`address` without user, password, query and fragment."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that cannot be read"
    return urlunsplit((parts.scheme, host + port, parts.path, "", ""))


def leaves(model: str) -> bool:
    """Whether what a model of this name is asked leaves the process."""
    return model != "builtin" and not model.startswith("scripted:")
