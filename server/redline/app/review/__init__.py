"""Review: proposals follow the user's typing, are accepted by hunk, and verified afterwards."""
