"""Operators: persons and programs with a token of their own, bounded by scopes and accounts."""
