"""Vendors' ids, compared as what each id is."""

from __future__ import annotations

import re

_UUID_OR_HEX = re.compile(
    r"\{?([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|(?=[^a-fA-F]*[a-fA-F])[0-9A-Fa-f]{8,64})\}?"
)


def plain_id(external_id: str) -> str:
    """Return a vendor's id in its one spelling: a UUID or a hex string in lower case and without braces.

    Any other id is compared by letter.
    """
    found = _UUID_OR_HEX.fullmatch(external_id)
    return found[1].lower() if found else external_id
