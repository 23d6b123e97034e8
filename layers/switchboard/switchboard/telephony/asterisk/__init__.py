"""An Asterisk that dials out to the hub: ARI events and REST over one WebSocket (Asterisk 22.5 and later)."""
