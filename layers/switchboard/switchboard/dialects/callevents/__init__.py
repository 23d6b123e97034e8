"""Call events of a multichannel-number service: eight `HookType`s (call-events-webhook)."""

from switchboard.dialects.callevents.parse import handshake, parse
from switchboard.dialects.callevents.render import render
from switchboard.dialects.callevents.tables import VOCABULARY
from switchboard.dialects.refusals import refuse

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
