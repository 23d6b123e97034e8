"""Commands that wait for their calls, in memory, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from switchboard.errors import TryAgain
from switchboard.telephony.pending import PendingCommand, PendingKey


class MemoryPending:
    """Port PendingCommands; `reads` counts the look-ups."""

    def __init__(self) -> None:
        self.reads = 0
        self._rows: dict[PendingKey, PendingCommand] = {}
        self._lock = Lock()

    def expect(self, pending: PendingCommand) -> None:
        with self._lock:
            self._rows.setdefault(pending.key, pending)

    def forget(self, pending: PendingCommand) -> None:
        with self._lock:
            self._rows.pop(pending.key, None)

    def get(self, key: PendingKey) -> PendingCommand | None:
        return self._rows.get(key)

    def of_extension(self, account: str, extension: str, since: datetime) -> list[PendingCommand]:
        self.reads += 1
        own = [one for one in self._rows.values() if (one.account, one.extension) == (account, extension)]
        return sorted((one for one in own if one.asked_at >= since), key=lambda one: (one.asked_at, one.command))

    def judged(self, changes: Sequence[tuple[PendingCommand, PendingCommand]]) -> None:
        with self._lock:
            if any(self._rows.get(before.key) != before for before, _ in changes):
                raise TryAgain("Another worker judges the same command.", after=0)
            self._rows.update({after.key: after for _, after in changes})
