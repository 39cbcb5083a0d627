"""What a model is given of the code around a cursor, under a budget of tokens."""
