"""SpRecord mini-PBX: web hooks with a verification handshake (sprecord-events)."""

from switchboard.dialects.refusals import refuse
from switchboard.dialects.sprecord.parse import handshake, parse
from switchboard.dialects.sprecord.render import render
from switchboard.dialects.sprecord.tables import VOCABULARY

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
