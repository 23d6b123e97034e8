"""Dialling: one conductor for each account starts calls, and applies the results of ended calls."""
