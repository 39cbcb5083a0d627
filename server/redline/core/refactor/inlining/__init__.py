"""A value or a body in place of its name."""
