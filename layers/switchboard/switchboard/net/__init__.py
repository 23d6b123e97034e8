"""Sockets: the only place that opens connections to receivers."""
