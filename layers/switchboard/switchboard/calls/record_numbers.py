"""Numbers for recordings, for those dialects whose recordings have numbers and no names."""

from __future__ import annotations

import hashlib

# What every JSON reader takes for a whole number, a browser's included.
BITS = 53


def record_number(account: str, call_id: str) -> int:
    """The number of a call's recording: the same for ever, up to 2^53, and told from the call alone.

    Nothing has to be counted or kept before an event can go out. Among a million recordings of an account two share a
    number with a chance of one in eighteen thousand.
    """
    digest = hashlib.sha256(f"record\n{account}\n{call_id}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - BITS)
