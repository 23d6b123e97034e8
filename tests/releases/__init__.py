"""Rows and messages as releases wrote them."""
