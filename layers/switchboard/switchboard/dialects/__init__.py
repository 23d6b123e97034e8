"""Dialects: one pure package for each vendor, with `parse`, `handshake`, `render` and `refuse` over mapping tables."""
