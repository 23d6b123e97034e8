"""Numbers that are to be dialled: 2 to 15 digits with an optional leading `+` (ruling 1 for all dialects)."""

from __future__ import annotations

import re

from switchboard.kernel.numbers.address import read_address
from switchboard.kernel.numbers.clean import clean
from switchboard.kernel.numbers.read import first_number

_DIALABLE = re.compile(r"\+?[0-9]{2,15}")
# Short numbers have no groups: `7 901` is a slip of the hand.
_WRITTEN_IN_GROUPS = re.compile(r"\+?[0-9]{5,15}")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]*")
_SEPARATORS = re.compile(r"[\s().\-/]+")


def dialable(received: str, region: str) -> str:
    """Return the number as it is dialled: without separators, out of a SIP or tel address, without an extension.

    Empty if the text has no such number. `region` is the plan of national numbers (ISO 3166-1, two letters).
    """
    if _DIALABLE.fullmatch(received):
        return received
    found = first_number(received, region)
    if found and found.e164:
        bare = _SEPARATORS.sub("", found.text)
        return bare if _WRITTEN_IN_GROUPS.fullmatch(bare) else found.e164
    bare = _SEPARATORS.sub("", read_address(clean(received)).user)
    return bare if _WRITTEN_IN_GROUPS.fullmatch(bare) and not _DECIMAL.fullmatch(received) else ""
