"""Kontur.CRM: what a telephony tells it of a call (specification `kontur-crm-telephony`)."""

from switchboard.dialects.kontur.errors import refuse
from switchboard.dialects.kontur.parse import handshake, parse
from switchboard.dialects.kontur.render import render
from switchboard.dialects.kontur.tables import VOCABULARY

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
