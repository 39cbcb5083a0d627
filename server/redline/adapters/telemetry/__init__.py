"""Spans and metrics of runs, where the user wants them."""
