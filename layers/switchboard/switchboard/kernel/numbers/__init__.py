"""Telephone numbers: one reader for every spelling that PBXs, CRMs and people use."""

from switchboard.kernel.numbers.dialable import dialable
from switchboard.kernel.numbers.extension import extension_key
from switchboard.kernel.numbers.hidden import is_hidden
from switchboard.kernel.numbers.listed import listed_numbers
from switchboard.kernel.numbers.number import as_extension, digits_of, number_text, read_extension, read_number
from switchboard.kernel.numbers.read import DEFAULT_REGION, WrittenNumber, all_numbers, first_number, to_e164
from switchboard.kernel.numbers.spellings import NumberSearch, spellings_of
from switchboard.kernel.numbers.telephone import number_and_extension, telephone_key
from switchboard.kernel.numbers.tolls import is_permitted

__all__ = [
    "DEFAULT_REGION",
    "NumberSearch",
    "WrittenNumber",
    "all_numbers",
    "as_extension",
    "dialable",
    "digits_of",
    "extension_key",
    "first_number",
    "is_hidden",
    "is_permitted",
    "listed_numbers",
    "number_and_extension",
    "number_text",
    "read_extension",
    "read_number",
    "spellings_of",
    "telephone_key",
    "to_e164",
]
