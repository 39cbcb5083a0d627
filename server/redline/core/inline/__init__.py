"""Inline suggestions: what is asked while typing, drafted by models, filtered and shown."""
