"""Inline suggestions as a use case: one request after another, and what is kept between them."""
