"""Telephony: calls placed, redirected and hung up through whatever an account has."""
