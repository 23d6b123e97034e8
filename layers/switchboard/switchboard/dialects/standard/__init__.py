"""The hub's own dialect, for receivers that speak no vendor's: `{"type", "timestamp", "data"}`, events out only."""

from switchboard.dialects.standard.render import render
from switchboard.dialects.standard.tables import VOCABULARY

__all__ = ["VOCABULARY", "render"]
