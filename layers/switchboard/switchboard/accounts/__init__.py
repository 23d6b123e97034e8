"""Accounts: the customers of the hub, with their tokens, sources of events and extensions."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"authorise_source", "digests", "upstream.contracts", "vendor_signature", "wire_checks"})
