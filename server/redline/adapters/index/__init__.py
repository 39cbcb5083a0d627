"""Facts of files: walked, extracted in other processes, kept by content."""
