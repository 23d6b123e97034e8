"""Telephony: start, redirect and hang up calls through the provider that an account chose."""

# Modules that other rooms may import, beside `model` and `ports`.
PUBLIC = frozenset({"control", "integration", "originate", "progress", "registry"})
