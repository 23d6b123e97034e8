"""The credentials that a source shows."""
