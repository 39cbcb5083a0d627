"""What the history of a repository says, read once and kept."""
