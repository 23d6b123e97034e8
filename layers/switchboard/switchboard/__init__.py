"""Switchboard: call events in from any PBX, out to every subscriber in its own dialect."""
