"""One key for each extension, independent of the spelling."""

from __future__ import annotations

import re
from collections.abc import Collection

from switchboard.kernel.numbers.address import read_address
from switchboard.kernel.numbers.clean import clean
from switchboard.kernel.numbers.machine import from_machine

LONGEST = 6  # digits; a longer one with zeros before it is a public number
_SEPARATORS = re.compile(r"[\s().\-]+")
_WORDS = re.compile(r"(?i)^(?:ext(?:ension|en)?|доб(?:авочный)?|вн(?:утр(?:енний)?)?|x|#)[.:\s]*(?=\d)")


def extension_key(received: str | float | None, known: Collection[str] = ()) -> str:
    """`103` for `SIP/103-00001a2b`, `sip:103@10.0.0.5`, `0103`, `103.0` and 103; empty for nothing.

    The account's own extensions decide: where `known` has `0103`, that is the key. Without them zeros before the
    digits are dropped.
    """
    bare = bare_extension(received)
    if bare in known or not bare:
        return bare
    return _among(bare, known) or _without_zeros(bare)


def bare_extension(received: str | float | None) -> str:
    """The extension as received, without device, host, punctuation and words: `0103` for `SIP/0103-00001a2b`."""
    text = clean(str(received)) if received is not None and not isinstance(received, bool) else ""
    user = read_address(text).user
    bare = _SEPARATORS.sub("", _WORDS.sub("", from_machine(user) or user))
    return bare.removeprefix("+") if bare[1:].isdigit() else bare


def dialled(received: str) -> str:
    """The user part of an address or the resource of a device; any other text as received."""
    found = read_address(clean(received))
    return found.user if found.is_address and found.user else received


def _among(bare: str, known: Collection[str]) -> str:
    same = [one for one in known if _without_zeros(one) == _without_zeros(bare)]
    return same[0] if len(same) == 1 else ""


def _without_zeros(text: str) -> str:
    if text.isdigit() and len(text.lstrip("0")) <= LONGEST:
        return text.lstrip("0") or "0"
    return text.casefold()
