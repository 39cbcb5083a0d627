"""Redline: an AI coding agent that lives inside any editor as a language server."""

__version__ = "0.1.0"
