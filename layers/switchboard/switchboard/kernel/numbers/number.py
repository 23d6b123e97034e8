"""The number of an event: what was received, and E.164 beside it."""

from __future__ import annotations

from functools import lru_cache

from switchboard.kernel.call import Number
from switchboard.kernel.numbers.extension import bare_extension, dialled, extension_key
from switchboard.kernel.numbers.hidden import is_hidden
from switchboard.kernel.numbers.read import to_e164


def read_number(received: str | None, region: str) -> Number | None:
    """Return the number of a vendor's field, None for an empty field. A hidden caller's number has no E.164."""
    if not received:
        return None
    return Number(received, to_e164(received, region))


def read_extension(received: str | None, region: str) -> Number | None:
    """Return the extension in a vendor's field: `103` for `SIP/103-00001a2b`; None for an empty or hidden one."""
    return as_extension(read_number(received, region))


def as_extension(number: Number | None) -> Number | None:
    """Return a number as an extension: without device, host and tag. An employee may have a public number."""
    if number is None or number.e164:
        return number
    bare = "" if is_hidden(number.received) else bare_extension(number.received)
    return Number(bare) if bare else None


@lru_cache(maxsize=8192)
def digits_of(number: Number) -> str:
    """Return the key that a number is stored, found and compared by; empty for a hidden caller, whom no key fits.

    The key is E.164 without `+`, else the key of an extension: `2106951` for `210-69-51`, `103` for `SIP/0103`.
    """
    if number.e164:
        return number.e164.lstrip("+")
    return "" if is_hidden(number.received) else extension_key(number.received)


@lru_cache(maxsize=4096)
def number_text(number: Number) -> str:
    """Return a number for a vendor's field: E.164, else the text as received, without device, host and tag."""
    if number.e164 or is_hidden(number.received):
        return number.e164 or number.received
    return dialled(number.received)
