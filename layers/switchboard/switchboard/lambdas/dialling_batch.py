"""The dialling queue: a batch's messages of one account go to the account's conductor together, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.campaigns.dialling.conduct import ConductResult
from switchboard.campaigns.dialling.health import KeepHealth, Part
from switchboard.campaigns.dialling.messages import ConductorMessage, UntoldNews
from switchboard.errors import TryAgain
from switchboard.lambdas.lanes import MOST_RECEIVES, failed, hidden, receives_of
from switchboard.laps import Laps
from switchboard.observability.logs import logger
from switchboard.setbacks import QueueHands, Record
from switchboard.telephony.progress import CallProgress

Read = Callable[[str], ConductorMessage]
Handle = Callable[[str, Sequence[CallProgress], Laps], ConductResult]
TellAgain = Callable[[str, UntoldNews], None]


@dataclass(frozen=True, slots=True)
class ConductAccounts:
    """Handles a batch. The messages of a failed account are delivered again together; repeats are harmless."""

    read: Read
    handle: Handle
    tell_again: TellAgain
    health: KeepHealth
    queue: QueueHands

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return `{"batchItemFailures": [{"itemIdentifier"}]}`."""
        rest = [record for group, records in _by_group(event["Records"]) for record in self._run(group, records)]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in rest]}

    def _run(self, group: str, records: list[Record]) -> list[Record]:
        account, about_followers, _ = group.partition(".")
        try:
            heard = [self.read(record["body"]) for record in records]
            self._tell(heard) if about_followers else self._conduct(heard)
        except Exception as error:  # noqa: BLE001 - one account's failure is not another's
            if not isinstance(error, TryAgain):
                self.health.failed(account, Part.FOLLOWERS if about_followers else Part.CONDUCTOR, error)
            wait = failed(self.queue, records, error, MOST_RECEIVES, account=account)
            return [] if wait is None else hidden(self.queue, records, wait)
        if not about_followers and any(receives_of(record) > 1 for record in records):
            self.health.mended(account)
        return []

    def _conduct(self, heard: Sequence[ConductorMessage]) -> None:
        progress = [one.progress for one in heard if one.progress is not None]
        laps = max((one.laps for one in heard), key=lambda one: (one.idle, one.mark))
        done = self.handle(heard[0].account, progress, laps)
        extra = {"account": heard[0].account, "heard": len(progress), "turns": done.turns, "claimed": done.claimed}
        logger().info("account.conducted", extra=extra)

    def _tell(self, heard: Sequence[ConductorMessage]) -> None:
        for one in heard:
            if one.untold is not None:
                self.tell_again(one.account, one.untold)


def _by_group(records: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record["attributes"]["MessageGroupId"], []).append(record)
    return list(found.items())
