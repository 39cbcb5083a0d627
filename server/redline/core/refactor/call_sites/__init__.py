"""Where Python functions are called and named, and what their arguments mean."""
