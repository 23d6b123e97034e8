"""Tokens of SP5000 CATO: `Bearer plain:<appToken>` (section 2.1.1, ruling cato 1)."""

from __future__ import annotations

import re

from switchboard.errors import Unauthorized

SHOWN = re.compile(r"\s*bearer\s+plain:(\S+)\s*", re.IGNORECASE)


def read_token(authorization: str) -> str:
    """The token out of the header, whose words may be in either letter case; Unauthorized where there is none."""
    found = SHOWN.fullmatch(authorization)
    if found is None:
        raise Unauthorized("Show a token: Authorization: Bearer plain:<appToken>.")
    return found[1]
