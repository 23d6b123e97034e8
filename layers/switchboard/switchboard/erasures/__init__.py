"""Erasures: the end of an account, and the end of what is stored of one telephone number."""

PUBLIC: frozenset[str] = frozenset()
