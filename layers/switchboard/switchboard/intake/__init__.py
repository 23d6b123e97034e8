"""Events in: a payload is authorised, read and queued; a queued event is applied to its call and fanned out."""
