"""Telephone numbers: one reader for every spelling that PBXs, CRMs and people use."""

from switchboard.kernel.numbers.extension import extension_key
from switchboard.kernel.numbers.hidden import is_hidden
from switchboard.kernel.numbers.number import digits_of, read_number
from switchboard.kernel.numbers.read import DEFAULT_REGION, WrittenNumber, all_numbers, first_number, to_e164

__all__ = [
    "DEFAULT_REGION",
    "WrittenNumber",
    "all_numbers",
    "digits_of",
    "extension_key",
    "first_number",
    "is_hidden",
    "read_number",
    "to_e164",
]
