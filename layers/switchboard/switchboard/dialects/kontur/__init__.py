"""Kontur.CRM: what a telephony tells it of a call (specification `kontur-crm-telephony`)."""

from switchboard.dialects.kontur.errors import refuse
from switchboard.dialects.kontur.parse import handshake, parse

__all__ = ["handshake", "parse", "refuse"]
