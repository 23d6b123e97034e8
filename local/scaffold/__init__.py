"""Writes the first version of a route and of a dialect. docs/changing.md describes both recipes."""
