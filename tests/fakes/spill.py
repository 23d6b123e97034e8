"""Port SpillPlace in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from switchboard.intake.ports import SpilledLane, SpillFlag
from switchboard.kernel.call import CallEvent


class MemorySpill:
    """Events by lane, time of receipt and id."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CallEvent] = {}
        self.raised: SpillFlag | None = None
        self._tokens = count()

    def flag(self) -> SpillFlag | None:
        return self.raised

    def raise_flag(self, at: datetime) -> None:
        self.raised = SpillFlag(at, str(next(self._tokens)))

    def lower_flag(self, flag: SpillFlag) -> None:
        if self.raised == flag:
            self.raised = None

    def keep(self, event: CallEvent) -> None:
        self.kept[event.account + ":" + event.lane, f"{event.received_at.isoformat()}#{event.id}"] = event

    def is_empty(self) -> bool:
        return not self.kept

    def of_lane(self, event: CallEvent) -> list[CallEvent]:
        return [one for one in self._of(event.account + ":" + event.lane) if one.received_at <= event.received_at]

    def lanes(self) -> Iterator[SpilledLane]:
        for lane in dict.fromkeys(lane for lane, _ in self.kept):
            found = self._of(lane)
            yield SpilledLane(found[0].received_at, found[-1])

    def remove(self, event: CallEvent) -> None:
        for key, one in list(self.kept.items()):
            if one == event:
                del self.kept[key]

    def _of(self, wanted: str) -> list[CallEvent]:
        return [self.kept[key] for key in sorted(self.kept) if key[0] == wanted]
