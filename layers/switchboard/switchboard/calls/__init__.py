"""Calls: events folded into one state of the call, and the record of what happened."""
