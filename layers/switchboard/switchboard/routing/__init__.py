"""Routing: choose the extension for an incoming call, while the caller waits."""
