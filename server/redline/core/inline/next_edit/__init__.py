"""The next edit: what was just done by hand, and where the same is left to do."""
