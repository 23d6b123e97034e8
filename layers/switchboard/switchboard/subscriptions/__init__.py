"""Subscriptions: the receivers of an account's events, with address, dialect, events and filters."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"filters", "subscribe", "vocabulary"})
