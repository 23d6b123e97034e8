"""Routing: choose the extension for an incoming call, while the caller waits."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"rules"})
