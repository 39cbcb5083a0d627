"""Ruff as a library of checks and fixes."""
