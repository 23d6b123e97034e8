"""Routing: whom a caller should reach, asked by a PBX while the caller waits."""
