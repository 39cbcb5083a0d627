"""Renames by a language server, made safe where the server is not."""
