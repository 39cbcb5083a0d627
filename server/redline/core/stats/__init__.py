"""Figures about past runs: pure folds over the journal's records."""
