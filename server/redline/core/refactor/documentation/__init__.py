"""Docstrings, the examples in them, and tests made of those."""
