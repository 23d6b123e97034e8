"""Mango Office: a cloud PBX whose events are signed forms (VPBX API, documents 1.9, 1.10 and 2026)."""

from switchboard.dialects.mango.parse import handshake, parse
from switchboard.dialects.mango.render import render
from switchboard.dialects.mango.tables import VOCABULARY
from switchboard.dialects.refusals import refuse

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
