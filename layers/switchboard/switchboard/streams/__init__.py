"""Streams: an account's messages in one order. A reader that was cut off continues after its last message."""
