"""How a model of a provider is asked what to insert, and how its answer is read."""
