"""Accounts: who the hub works for, their tokens, sources of events and extensions."""
