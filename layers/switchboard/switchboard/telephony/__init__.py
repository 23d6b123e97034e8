"""Telephony: start, redirect and hang up calls through the provider that an account chose."""
