"""The client of the hub's API. Knows the API alone, and nothing of AWS."""
