"""Decode a file's text: by its marks, by what the caller says, or by what a detector finds in the content."""

from __future__ import annotations

import codecs

from switchboard.campaigns.importing.cyrillic import CANDIDATES as CYRILLIC
from switchboard.campaigns.importing.cyrillic import cyrillic_of
from switchboard.errors import Invalid

# What the detector tells apart by letters that lists of names do not have: Windows writes all of them.
_WESTERN = frozenset({"cp1250", "cp1252", "latin_1", "iso8859_15", "cp1254", "cp1257", "cp858", "cp850"})
SEEN = 200_000  # bytes that the detector reads
UNKNOWN = "The encoding of the text is not known; tell it, e.g. ?encoding=windows-1251."
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's names of encodings that hold text. Other codecs of Python convert bytes in other ways.
_KNOWN = frozenset(
    {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii"}
    | {f"cp{number}" for number in (*range(1250, 1259), 437, 850, 852, 855, 858, 866, 1125, 932, 949, 950, 936, 874)}
    | {f"iso8859-{number}" for number in range(1, 17) if number != 12}  # noqa: PLR2004 - there is no part 12
    | {"koi8-r", "koi8-u", "mac-cyrillic", "mac-roman", "mac-latin2", "cp037", "cp500", "cp1140", "cp273", "cp1026"}
    | {"gb18030", "gbk", "big5", "shift_jis", "euc_jp", "euc_kr", "kz1048", "ptcp154"}
)


def decoded(data: bytes, encoding: str = "") -> tuple[str, str]:
    """Return the text and the encoding it was read as. Raises Invalid for an unknown encoding or wrong bytes."""
    if encoding.strip():
        name = _named(encoding)
        return _strict(data, "utf-8-sig" if name == "utf-8" else name, encoding.strip()), name
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _strict(data, name, name), name.removesuffix("-sig")
    if wide := _without_mark(data):
        return _strict(data, wide, wide), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        name = _detected(data)
        return _strict(data, name, name), name


def _named(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding.strip().strip("\"'")).name
    except (LookupError, ValueError):
        name = ""
    if name.replace("_", "-") not in _KNOWN and name not in _KNOWN:
        raise Invalid("There is no such encoding of text.", "encoding")
    return name


def _strict(data: bytes, name: str, told: str) -> str:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, UnicodeError):
        raise Invalid(f"The text is not in {told}; tell its encoding.", "encoding") from None


def _without_mark(data: bytes) -> str:
    """Return UTF-16's name where every second byte of the digits and delimiters is zero; empty for other text."""
    begin = data[:4096]
    if len(begin) < 4 or b"\0" not in begin:  # noqa: PLR2004 - two characters
        return ""
    even, odd = begin[0::2].count(0), begin[1::2].count(0)
    if odd > len(begin) // 8 and odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > len(begin) // 8 and even > 4 * odd else ""


def _detected(data: bytes) -> str:
    """Return the name of an encoding of one byte a character, or of an eastern one. Raises Invalid if none fits."""
    begin = data[:SEEN]
    if _is_ebcdic(begin):
        return "cp500"
    if russian := cyrillic_of(begin):
        return russian
    import charset_normalizer  # noqa: PLC0415 - 0.05 s that only text in an older encoding costs

    found = charset_normalizer.from_bytes(begin, cp_exclusion=list(CYRILLIC)).best()
    western = "cp1252" if found is None or found.encoding in _WESTERN else found.encoding
    try:
        return _named(western)
    except Invalid:
        raise Invalid(UNKNOWN, "encoding") from None


def _is_ebcdic(begin: bytes) -> bool:
    """Whether digits are 0xF0 to 0xF9 and blanks 0x40, as mainframes write, and there is no digit of ASCII."""
    digits = sum(begin.count(byte) for byte in range(0xF0, 0xFA))
    return digits * 5 > len(begin) and not any(0x30 <= byte <= 0x39 for byte in begin)  # noqa: PLR2004
