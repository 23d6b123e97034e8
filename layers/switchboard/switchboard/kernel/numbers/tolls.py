"""Which numbers cost more than a call at home: numbers abroad, and premium-rate numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ShortNumberCost

from switchboard.kernel.numbers.plan import plan_of

DEAR = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.PERSONAL_NUMBER})
SHORTEST_ABROAD = 8  # digits, with the country code


def is_at_home(number: str, region: str) -> bool:
    """Whether a dialled number is an ordinary number of the region, a short number, or an extension.

    A number abroad may be written with `+`, with the region's prefix of calls abroad, or as the bare digits of E.164.
    A number that no plan knows is at home unless its beginning leads abroad.
    """
    return is_permitted(number, region, ())


def is_permitted(number: str, region: str, prefixes: Collection[str]) -> bool:
    """Whether a number is at home, or begins with one of the prefixes in E.164."""
    if _is_ordinary(number, region):
        return True
    return all(any(dear.startswith(one) for one in prefixes) for dear in _dear(number, region))


def _is_ordinary(number: str, region: str) -> bool:
    """Whether the compiled plan of the region is sure of an ordinary number: most numbers of a long list."""
    plan = plan_of(region)
    found = plan.international(number.removeprefix("+"), plus=number.startswith("+"))
    return found is not None and plan.ordinary.fullmatch(found[len(plan.code) :]) is not None


@lru_cache(maxsize=4096)
def _dear(number: str, region: str) -> Sequence[str]:
    """Return the readings of a number that cost more than a call at home, in E.164."""
    readings = list(_readings(number, region))
    if not readings and number.startswith("+"):
        return [number]
    return [phonenumbers.format_number(one, PhoneNumberFormat.E164) for one in readings if _is_dear(one, region)]


def _readings(number: str, region: str) -> Iterator[PhoneNumber]:
    """Yield the number by the plan of the region; if the plan does not know the number, also as E.164."""
    home = _parsed(number, region)
    if home is not None:
        yield home
        if phonenumbers.is_valid_number(home):
            return
    if not number.startswith("+") and len(number) >= SHORTEST_ABROAD:
        abroad = _parsed(f"+{number}", region)
        if abroad is not None and phonenumbers.is_valid_number(abroad) and abroad != home:
            yield abroad


def _parsed(number: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except NumberParseException:
        return None


def _is_dear(number: PhoneNumber, region: str) -> bool:
    if number.country_code != phonenumbers.country_code_for_region(region):
        return True
    if not phonenumbers.is_valid_number(number):
        return phonenumbers.expected_cost_for_region(number, region) is ShortNumberCost.PREMIUM_RATE
    home = phonenumbers.region_code_for_number(number)
    return home != region or phonenumbers.number_type(number) in DEAR
