"""Queues as SQS keeps them, in virtual time: order and one batch at a time within a group, visibility, repeats."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from chaos.lineage import NEW, Lineage

BATCH = 10
DEDUPLICATED_FOR = 300.0
MOST_RECEIVES = 1000  # as the template has it
_ids = count(1)


@dataclass(slots=True, eq=False)
class Message:
    """One message; `receipt` is that of the last time it was handed out, `chain` what led to it."""

    id: str
    body: str
    group: str
    visible_at: float
    receives: int = 0
    receipt: str = ""
    chain: Lineage = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """As an event source mapping hands it to a function."""
        attributes = {"ApproximateReceiveCount": str(self.receives)}
        if self.group:
            attributes["MessageGroupId"] = self.group
        return {"messageId": self.id, "receiptHandle": self.receipt, "body": self.body, "attributes": attributes}


class Queue:
    """One queue, first in first out within a group where messages have groups."""

    def __init__(self, visibility: float, now: Callable[[], float]) -> None:
        self._visibility, self._now = visibility, now
        self._messages: list[Message] = []
        self._known: dict[tuple[str, str], float] = {}
        self.dead: list[Message] = []

    def __len__(self) -> int:
        return len(self._messages)

    def send(
        self, body: str, group: str = "", deduplication: str = "", delay: float = 0.0, *, chain: Lineage = NEW
    ) -> None:
        """Add a message, unless it repeats one of the last five minutes."""
        now, known = self._now(), (group, deduplication)
        if deduplication and self._known.get(known, 0.0) > now:
            return
        self._known[known] = now + DEDUPLICATED_FOR
        self._messages.append(Message(f"m{next(_ids)}", body, group, now + delay, chain=chain))

    def receive(self, chance: Random) -> list[Message]:
        """A batch of any size that may be had now: of each group its first messages, if none of it is under way."""
        now = self._now()
        self._set_aside(now)
        blocked = {one.group for one in self._messages if one.group and one.receives and one.visible_at > now}
        free = [one for one in self._messages if one.visible_at <= now and one.group not in blocked]
        if not any(one.group for one in free):
            chance.shuffle(free)
        batch = free[: chance.randint(1, BATCH)]
        for message in batch:
            message.receives += 1
            message.visible_at = now + self._visibility
            message.receipt = f"r{next(_ids)}"
        return batch

    def _set_aside(self, now: float) -> None:
        dead = [one for one in self._messages if one.receives >= MOST_RECEIVES and one.visible_at <= now]
        self.dead += dead
        self._messages = [one for one in self._messages if one not in dead] if dead else self._messages

    def delete(self, receipts: Collection[str]) -> None:
        """Take messages away for good."""
        self._messages = [one for one in self._messages if one.receipt not in receipts]

    def hide(self, receipt: str, seconds: float) -> None:
        """Hide a message for so long from now."""
        for message in self._messages:
            if message.receipt == receipt:
                message.visible_at = self._now() + seconds

    def next_visible(self) -> float | None:
        """When the next message may be had that cannot be had now."""
        now = self._now()
        return min((one.visible_at for one in self._messages if one.visible_at > now), default=None)
