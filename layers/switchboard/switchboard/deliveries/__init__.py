"""Deliveries: every event to every subscriber, in order within a call, until it has arrived or is a dead letter."""
