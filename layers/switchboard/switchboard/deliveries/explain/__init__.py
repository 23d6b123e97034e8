"""Explain why the events of a call reached a destination, or why not."""
