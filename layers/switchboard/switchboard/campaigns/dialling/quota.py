"""The quota of an account's telephony, which bounds the pace of its campaigns."""

from __future__ import annotations

from switchboard.kernel.campaign import Limits
from switchboard.kernel.remembered import Remembered
from switchboard.telephony.ports import Telephonies
from switchboard.telephony.registry import PROVIDERS

MOST_REMEMBERED = 1000
REMEMBERED_FOR = 60.0  # seconds; a lower quota meanwhile shows by the telephony's refusals


class QuotaOfTelephony:
    """Returns the quota by account: `channels` and `cps` of the settings; None for telephonies without quotas."""

    def __init__(self, telephonies: Telephonies) -> None:
        self._telephonies = telephonies
        self._known: Remembered[str, tuple[Limits | None]] = Remembered(MOST_REMEMBERED, REMEMBERED_FOR)

    def __call__(self, account: str) -> Limits | None:
        """Return the quota as of a minute ago or later."""
        found = self._known.get(account)
        if found is None:
            found = self._known[account] = (self._read(account),)
        return found[0]

    def _read(self, account: str) -> Limits | None:
        chosen = self._telephonies.get(account)
        if chosen is None or not PROVIDERS[chosen.provider].paces:
            return None
        return Limits(channels=int(chosen.settings["channels"]), cps=int(chosen.settings["cps"]))
