"""Sockets: the only place that looks names up and opens connections to receivers."""
