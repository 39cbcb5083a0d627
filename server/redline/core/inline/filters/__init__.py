"""What is cut from a draft, or drops it, before it is shown: the filters and their chain."""
