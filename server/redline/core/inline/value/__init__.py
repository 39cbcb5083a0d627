"""What inline suggestions were worth: what became of each, and figures of many. Pure folds."""
