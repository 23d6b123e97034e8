"""Accounts: the customers of the hub, with their tokens, sources of events and extensions."""
