"""The command line `switchboard`. Knows the API alone, and nothing of AWS."""
