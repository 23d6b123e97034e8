"""A telephony of the hub's own, for trials, demonstrations and tests: what happens follows from the number called."""
