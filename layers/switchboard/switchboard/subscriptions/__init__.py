"""Subscriptions: the receivers of an account's events, with address, dialect, events and filters."""
