"""Tokens: `Bearer plain:<appToken>` (sp5000-cato, section 2.1.1; ruling cato 1)."""

from __future__ import annotations

import re

from switchboard.errors import Unauthorized

SHOWN = re.compile(r"\s*bearer\s+plain:(\S+)\s*", re.IGNORECASE)


def read_token(authorization: str) -> str:
    """Return the token in the header; letter case does not matter. Raises Unauthorized if the header has no token."""
    found = SHOWN.fullmatch(authorization)
    if found is None:
        raise Unauthorized("Send the header Authorization: Bearer plain:<appToken>.")
    return found[1]
