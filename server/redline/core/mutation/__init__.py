"""Code broken on purpose, to see whether tests notice."""
