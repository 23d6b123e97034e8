"""The imaginary vendor Toy, in a release that signs its forms and appends the name of an event to the address."""

from tests.toy import VOCABULARY, handshake, parse, refuse, render

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
