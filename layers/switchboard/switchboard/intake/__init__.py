"""Intake: a payload is authorised, parsed and queued; a queued event is applied to its call and fanned out."""
