"""Definitions that nothing names: found with how sure that is, and taken out."""
