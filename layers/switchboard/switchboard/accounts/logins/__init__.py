"""Refused logins of the operator's API, by the address of the sender."""
