"""Calls: events are folded into the state of a call, and logged."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"apply", "contracts", "doubtful_times", "legs", "lost", "narrate", "record_numbers", "reuse"})
