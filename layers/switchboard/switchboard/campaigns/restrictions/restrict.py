"""Check restrictions: the conductor asks before it claims calls, a dry run asks too."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from switchboard.campaigns.dialling.windows import day_of
from switchboard.campaigns.restrictions.model import Restriction, RestrictionSettings
from switchboard.campaigns.restrictions.ports import RestrictionStore
from switchboard.campaigns.restrictions.rules import judge, keys_about
from switchboard.kernel.numbers import number_and_extension, telephone_key
from switchboard.kernel.remembered import Remembered

REMEMBERED_FOR = 5  # seconds that an unused list is not read again, and a changed cap is not seen
REMEMBERED = 1000


def _unused_lists() -> Remembered[str, bool]:
    return Remembered(REMEMBERED, REMEMBERED_FOR)


def _bounds() -> Remembered[str, RestrictionSettings]:
    return Remembered(REMEMBERED, REMEMBERED_FOR)


@dataclass(frozen=True, slots=True)
class Restrict:
    """Judges numbers by the account's do-not-call list and daily cap.

    An account that uses neither costs one read every REMEMBERED_FOR seconds. `may_call` tells by the limits of an
    account whether the account may call a number.
    """

    rows: RestrictionStore
    bounds_of: Callable[[str], RestrictionSettings]
    may_call: Callable[[str, str], bool] = lambda account, number: True  # noqa: ARG005
    unused: Remembered[str, bool] = field(default_factory=_unused_lists)
    bounds: Remembered[str, RestrictionSettings] = field(default_factory=_bounds)
    lock: Lock = field(default_factory=Lock)  # several threads give and count orders

    def blocked(
        self,
        account: str,
        execution: str,  # noqa: ARG002 - the restrictions are the account's
        numbers: Sequence[str],
        now: datetime,
    ) -> Mapping[str, Restriction]:
        """Return the numbers that must not be called now, with the reasons."""
        listed = self._listed(account, numbers, now)
        forbidden = (one for one in numbers if not self.may_call(account, number_and_extension(one)[0]))
        return {**listed, **dict.fromkeys(forbidden, Restriction.NOT_PERMITTED)}

    def _listed(self, account: str, numbers: Sequence[str], now: datetime) -> Mapping[str, Restriction]:
        bounds, lengths = self._bounds(account), self._lengths(account)
        if not numbers or not (lengths or bounds.daily):
            return {}
        digits = {number: telephone_key(number, bounds.region) for number in numbers}
        keys = {one: keys_about(one, lengths) for one in digits.values()}
        wanted = {key for about in keys.values() for key in about}
        capped = digits.values() if bounds.daily else ()
        standing = self.rows.standing(account, wanted, day_of(now, bounds.timezone), capped)
        refused = {one: judge(one, keys[one], standing, bounds.daily, now) for one in keys}
        return {number: why for number, one in digits.items() if (why := refused[one])}

    def _bounds(self, account: str) -> RestrictionSettings:
        with self.lock:
            found = self.bounds.get(account)
            if found is None:
                found = self.bounds[account] = self.bounds_of(account)
            return found

    def _lengths(self, account: str) -> Collection[int]:
        if account in self.unused:
            return ()
        lengths = self.rows.lengths(account)
        if not lengths:
            self.unused[account] = True
        return lengths
