"""Sockets. Only this package resolves names and opens connections to other systems."""
