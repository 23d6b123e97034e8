"""The one reader of telephone numbers: what was received, and E.164 where the numbering plans are sure of it.

A wrong country is worse than none: where two plans could claim the same digits, there is no E.164. No event is ever
refused for its number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from switchboard.kernel.numbers.address import Address, read_address
from switchboard.kernel.numbers.clean import LONGEST, clean
from switchboard.kernel.numbers.hidden import is_hidden
from switchboard.kernel.numbers.machine import from_machine
from switchboard.kernel.numbers.split import SHORTEST_PUBLIC, Part, split

DEFAULT_REGION = "RU"
SHORTEST_BARE_INTERNATIONAL = 11  # fewer digits without `+` may be a local number somewhere
OUTSIDE_LINES = "90"  # what offices dial before the number of an outside line
MOST_DIGITS = 20
LONGEST_WITHOUT_TRUNK = 11  # digits; a longer national number is believed with its trunk prefix alone
LONGEST_OF_A_NAME = 4  # digits: of a house, a flat, a namesake; beside a number they are none
_NOT_DIGITS = re.compile(r"\D")
_PLAIN = re.compile(r"[+\d\- ]+")
_FIRST_GROUP = re.compile(r"\d+")
_ABROAD = re.compile(r"^8\s*[~pw]+\s*10\s*", re.IGNORECASE)  # ITU-T E.123 writes a second dial tone as `~`
_LETTER = re.compile(r"[^\W\d_]")
_PAUSE = re.compile(r"(?<=\d)[pw~]+(?=\d{7})", re.IGNORECASE)
_EXPLICIT_OUTSIDE = re.compile(r"^[90]\s*[,\s~pw-]+")


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """One number of a field: as written (cleaned), in E.164 (`+79012345678`) or None, and its extension."""

    text: str
    e164: str | None
    extension: str = ""


def to_e164(received: str, region: str) -> str | None:
    """E.164 of the first number in a field, None where no plan is sure of one or the caller is hidden.

    National numbers are read by the plan of `region` (ISO 3166-1, two letters).
    """
    found = first_number(received, region)
    return found.e164 if found else None


def first_number(received: str, region: str) -> WrittenNumber | None:
    """Return the first number in a field; None in a field without numbers."""
    return next(iter(all_numbers(received, region)), None)


@lru_cache(maxsize=4096)
def all_numbers(received: str, region: str) -> tuple[WrittenNumber, ...]:
    """Every number of a field, in order: `210-69-51/52` are two, `8 (343) 210-69-51 (102)` is one with an extension."""
    if len(received) > LONGEST or is_hidden(received):
        return ()
    address = read_address(clean(received))
    dialled = _ABROAD.sub("+", address.user)
    if _EXPLICIT_OUTSIDE.match(dialled) and (number := _behind_outside_line(dialled, region)):
        return (WrittenNumber(dialled, number, _extension(address)),)
    meant = from_machine(_PAUSE.sub("", dialled))
    if meant is None:
        return ()
    whole = _whole(meant, region)
    if whole:
        return (WrittenNumber(meant, whole, _extension(address)),)
    return tuple(_written(part, address, region) for part in _parts(meant, region))


def _whole(text: str, region: str) -> str | None:
    """The field as one number without any extension; most are just that."""
    if _PLAIN.fullmatch(text):
        return _decide(text, region)
    # `0171/5550128` is one German number: the slash parts the area's code from the rest.
    area, slash, rest = text.partition("/")
    slashed = slash and len(_digits(area)) < SHORTEST_PUBLIC and _PLAIN.fullmatch(f"{area}{rest}")
    return _decide(f"{area} {rest}", region) if slashed else None


def _parts(text: str, region: str) -> list[Part]:
    parts = [whole for part in split(text) for whole in _blank_separated(part, region)]
    named = [_without_name(part, region) for part in parts] if _LETTER.search(text) else parts
    long = [part for part in named if len(_digits(part.text)) > LONGEST_OF_A_NAME]
    return long or named


def _without_name(part: Part, region: str) -> Part:
    """`Ivan 2 79161234567`: the digits of a name before the number are no part of the number."""
    first, _, rest = part.text.partition(" ")
    if len(_digits(first)) > LONGEST_OF_A_NAME or _decide(part.text, region) or not _decide(rest, region):
        return part
    return Part(rest, part.extension)


def _blank_separated(part: Part, region: str) -> list[Part]:
    """`79161234567 79161234568` are two numbers: each piece is a number, and the whole is not."""
    pieces = part.text.split()
    if len(pieces) < 2 or _decide(part.text, region):  # noqa: PLR2004
        return [part]
    if all(_decide(piece, region) for piece in pieces):
        return [*(Part(piece) for piece in pieces[:-1]), Part(pieces[-1], part.extension)]
    return [part]


def _written(part: Part, address: Address, region: str) -> WrittenNumber:
    e164 = _decide(part.text, region)
    if e164 is None and address.context:
        e164 = _valid(address.context + _digits(part.text), None)
    return WrittenNumber(part.text, e164, part.extension or _extension(address))


def _extension(address: Address) -> str:
    return _digits(address.extension)


def _decide(text: str, region: str) -> str | None:
    digits = _digits(text)
    if not SHORTEST_PUBLIC <= len(digits) <= MOST_DIGITS:
        return None
    if text.lstrip("( ").startswith("+"):
        return _international(digits, region)
    bare = _bare_international(text, digits)
    national = _own_country(digits, region) or _valid(text, region)
    if national:
        return national if _has_trunk(digits, region) else _without_trunk(national, bare, digits)
    if digits.startswith("00") and (abroad := _valid(f"+{digits[2:]}", None)):
        return abroad
    return _one_of(_behind_outside_line(digits, region), bare)


def _own_country(digits: str, region: str) -> str | None:
    """Digits with the region's own country code and no trunk prefix: how machines write national numbers."""
    trunk, code = _trunk(region)
    if not code or not digits.startswith(code) or (trunk and digits.startswith(trunk)):
        return None
    return _valid(f"+{digits}", None)


def _international(digits: str, region: str) -> str | None:
    """`+7…`; besides what people write for it: `+8 916 …` with the trunk's 8, and `+7 8 916 …` with both."""
    found = _valid(f"+{digits}", None)
    trunk, code = _trunk(region)
    if found or not trunk:
        return found
    if digits.startswith(trunk) and not digits.startswith(code):
        return _valid(digits, region)
    both = f"{code}{trunk}"
    return _valid(f"+{code}{digits.removeprefix(both)}", None) if digits.startswith(both) else None


def _behind_outside_line(text: str, region: str) -> str | None:
    """The national number behind the digit for an outside line: `9 8 916 …`. Its trunk prefix has to be there."""
    digits = _digits(text)
    trunk, _ = _trunk(region)
    rest = digits[1:]
    if not trunk or digits[:1] not in OUTSIDE_LINES or not rest.startswith(trunk):
        return None
    return _valid(rest, region)


def _bare_international(text: str, digits: str) -> str | None:
    """Digits without `+`, in one piece or with the country code as their first group (`380 44 …`, not `9 8 916 …`)."""
    found = _valid(f"+{digits}", None) if len(digits) >= SHORTEST_BARE_INTERNATIONAL else None
    if found is None:
        return None
    group = _FIRST_GROUP.search(text)
    first = group[0] if group else digits
    return found if first in (digits, str(phonenumbers.parse(found, None).country_code)) else None


def _without_trunk(national: str, bare: str | None, digits: str) -> str | None:
    """A national number without its trunk prefix, unless another country may be meant."""
    return _one_of(national, bare) if len(digits) <= LONGEST_WITHOUT_TRUNK else bare


def _has_trunk(digits: str, region: str) -> bool:
    """Whether the digits begin as national numbers of the region are dialled, so that no other country is meant."""
    trunk, _ = _trunk(region)
    return bool(trunk) and digits.startswith(trunk)


def _one_of(one: str | None, other: str | None) -> str | None:
    """Neither where both claim the digits, each for another telephone."""
    return one or other if not (one and other) or one == other else None


def _trunk(region: str) -> tuple[str, str]:
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    return (plan.national_prefix or "", str(plan.country_code)) if plan else ("", "")


def _digits(text: str) -> str:
    return _NOT_DIGITS.sub("", text)


def _valid(text: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # A number without a country (+800 and its like) is far more often a national one with a prefix before it.
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.region_code_for_number(parsed) == "001":
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
