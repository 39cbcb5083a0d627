"""Language servers that run as child processes."""
