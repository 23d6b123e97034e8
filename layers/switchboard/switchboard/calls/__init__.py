"""Calls: events folded into one state of the call, and the record of what happened."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"apply", "contracts", "legs", "record_numbers"})
