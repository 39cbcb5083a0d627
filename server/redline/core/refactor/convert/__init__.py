"""Well-known ways to say the same thing better."""
