"""Copies of a folder with other texts laid over it."""
