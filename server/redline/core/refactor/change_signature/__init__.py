"""Other parameters for a Python function, and other arguments in its calls."""
