"""Editors driven through a terminal, as a user does: keys in, the screen out."""
