"""Subscriptions: who wants which events, where, and in which dialect."""
