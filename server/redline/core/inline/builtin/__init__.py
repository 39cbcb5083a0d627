"""The builtin model of inline suggestions: what this code says elsewhere, ranked and measured."""
