"""Dialects: one pure package for each vendor, with `parse`, `handshake`, `render` and `refuse` over mapping tables."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"cato.client", "cato.read_report", "registry", "vendor_requests"})
