"""Errors as programs print them, read as data: what went wrong, and where."""
