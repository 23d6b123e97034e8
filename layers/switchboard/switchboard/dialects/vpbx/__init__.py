"""IS.VPBX: events in and out, the API with its subscriptions and calls, and its tokens (is-vpbx-openapi)."""

from switchboard.dialects.vpbx.errors import refuse
from switchboard.dialects.vpbx.parse import handshake, parse
from switchboard.dialects.vpbx.render import render
from switchboard.dialects.vpbx.tables import VOCABULARY

__all__ = ["VOCABULARY", "handshake", "parse", "refuse", "render"]
