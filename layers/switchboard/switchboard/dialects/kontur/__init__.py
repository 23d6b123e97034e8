"""Kontur.CRM's telephony API, as the CRM and as the telephony (kontur-crm-telephony)."""

from switchboard.dialects.kontur.errors import refuse
from switchboard.dialects.kontur.parse import handshake, parse
from switchboard.dialects.kontur.render import render
from switchboard.dialects.kontur.tables import VOCABULARY

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
