"""The hub's own dialect, for receivers without a vendor's dialect: `{"type", "timestamp", "data"}`. Outgoing only."""

from switchboard.dialects.standard.render import render
from switchboard.dialects.standard.tables import VOCABULARY

__all__ = ["VOCABULARY", "render"]
