"""Whether an account may do what costs its operator money: the limits, and what was used of them today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.accounts.model import Account, AccountLimits
from switchboard.accounts.ports import DailyUse, DailyUses
from switchboard.errors import Forbidden, TooMany
from switchboard.kernel.numbers import is_permitted

NO_EMAIL = "The account may send no e-mail: the operator can allow e-mail."
NOT_PERMITTED = "The account may not call this number: the operator can allow numbers abroad and premium-rate numbers."
OVER = {
    DailyUse.ORIGINATES: "The account has started as many calls today as it may.",
    DailyUse.SPEECH: "The account has had as many characters spoken today as it may.",
}


@dataclass(frozen=True, slots=True)
class Permits:
    """The limits of accounts. `account` returns an account as it was half a minute ago or later.

    A use is counted before it happens, by a conditional write: two functions at once never go over a limit together.
    """

    account: Callable[[str], Account | None]
    used: DailyUses
    clock: Callable[[], datetime]

    def check_number(self, account_id: str, number: str) -> None:
        """Raise Forbidden for a number that the account may not call. `number` is dialled by the account's region."""
        if not self.may_call(account_id, number):
            raise Forbidden(NOT_PERMITTED, "number")

    def may_call(self, account_id: str, number: str) -> bool:
        """Whether the account may call a number: the number is at home, or the operator allows its prefix."""
        found = self.account(account_id)
        return found is None or is_permitted(number, found.region, found.limits.prefixes)

    def requests_per_second(self, account_id: str) -> int:
        """Return the requests a second that the account may send."""
        return self._limits(account_id).requests_per_second

    def storage_bytes(self, account_id: str) -> int:
        """Return the bytes of recordings, audio and lists that the account may store."""
        return self._limits(account_id).storage_bytes

    def check_email(self, account_id: str) -> None:
        """Raise Forbidden unless the operator allows e-mail."""
        if not self.may_email(account_id):
            raise Forbidden(NO_EMAIL, "email")

    def may_email(self, account_id: str) -> bool:
        """Whether the operator allows e-mail."""
        return self._limits(account_id).email

    def take_originate(self, account_id: str) -> None:
        """Count a call that is started. Raises TooMany above the limit of the day."""
        self._take(account_id, DailyUse.ORIGINATES, 1, self._limits(account_id).originates_per_day)

    def take_speech(self, account_id: str, characters: int) -> None:
        """Count characters that are spoken. Raises TooMany above the limit of the day."""
        self._take(account_id, DailyUse.SPEECH, characters, self._limits(account_id).speech_characters_per_day)

    def _take(self, account_id: str, what: DailyUse, amount: int, limit: int) -> None:
        if not self.used.take(account_id, self.clock().date(), what, amount, limit):
            raise TooMany(OVER[what])

    def _limits(self, account_id: str) -> AccountLimits:
        found = self.account(account_id)
        return found.limits if found else AccountLimits()
