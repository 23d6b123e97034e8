"""Dialling: one conductor for each account decides which call begins when, and what came of those that ended."""
