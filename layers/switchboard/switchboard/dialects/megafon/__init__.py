"""Megafon's cloud PBX, and the PBXs of other operators that speak the same commands."""

from switchboard.dialects.megafon.errors import refuse
from switchboard.dialects.megafon.parse import handshake, parse
from switchboard.dialects.megafon.render import render
from switchboard.dialects.megafon.tables import VOCABULARY

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
