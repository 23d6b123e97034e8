"""Streams: what an account is told in one order, so that who reads it can be cut off and go on where it was."""
