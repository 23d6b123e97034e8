"""Dialects: one pure module for each vendor, with `parse`, `handshake`, `render` and `refuse` over mapping tables."""
