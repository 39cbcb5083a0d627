"""What inline suggestions keep: drafts, the memory of the code, what left, what became of them."""
