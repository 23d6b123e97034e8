"""Calls: events are folded into the state of a call, and logged."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"apply", "contracts", "legs", "narrate", "record_numbers", "reuse"})
