"""Deliveries: every event to every subscriber, in order within a call, until it has arrived or is a dead letter."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"fan_out", "retry", "send_test"})
