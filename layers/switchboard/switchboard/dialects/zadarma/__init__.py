"""Zadarma's cloud PBX: notifications, the API, and the answer to `NOTIFY_START`."""

from switchboard.dialects.refusals import refuse
from switchboard.dialects.zadarma.parse import handshake, parse
from switchboard.dialects.zadarma.render import render
from switchboard.dialects.zadarma.tables import VOCABULARY

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
