"""Deliveries: send each event to its subscribers, in order within a call, until delivered or dead."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"fan_out", "retry", "send_test"})
