"""Toy: an imaginary PBX with four events."""

from switchboard.dialects.refusals import refuse
from tests.toy.parse import handshake, parse
from tests.toy.render import render
from tests.toy.tables import VOCABULARY

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
