"""Kept OAuth tokens of connectors: authorised once by the CRM's owner, and renewed by one worker at a time."""
