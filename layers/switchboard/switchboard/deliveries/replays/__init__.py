"""Replay many deliveries: durable work in turns, with a cursor and a report."""
