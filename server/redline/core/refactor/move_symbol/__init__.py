"""Top-level symbols that move to another module, with all that imports them."""
