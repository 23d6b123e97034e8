"""Numbers of recordings, for dialects that identify a recording by a number."""

from __future__ import annotations

import hashlib

# The largest integers that every JSON reader keeps exact, browsers included (RFC 8259, section 6).
BITS = 53


def record_number(account: str, call_id: str) -> int:
    """Return the number of a call's recording, below 2^53. The number depends on the account and the call only.

    An event can name the recording before anything is stored. Among a million recordings of an account, the
    probability that two share a number is one in eighteen thousand.
    """
    digest = hashlib.sha256(f"record\n{account}\n{call_id}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - BITS)
