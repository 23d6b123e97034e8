"""The dialling queue: a batch's messages of one account go to the account's conductor together, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.campaigns.dialling.conduct import ConductResult
from switchboard.campaigns.dialling.messages import ConductorMessage
from switchboard.errors import TryAgain
from switchboard.lambdas.lanes import UNEXPECTED_WAIT, Postpone, Record
from switchboard.laps import Laps
from switchboard.observability.logs import logger
from switchboard.telephony.progress import CallProgress

Read = Callable[[str], ConductorMessage]
Handle = Callable[[str, Sequence[CallProgress], Laps], ConductResult]


@dataclass(frozen=True, slots=True)
class ConductAccounts:
    """Handles a batch. The messages of a failed account are delivered again together; repeats are harmless."""

    read: Read
    handle: Handle
    postpone: Postpone

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return `{"batchItemFailures": [{"itemIdentifier"}]}`."""
        failed = [record for records in _by_account(event["Records"]) for record in self._run(records)]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}

    def _run(self, records: list[Record]) -> list[Record]:
        try:
            heard = [self.read(record["body"]) for record in records]
            progress = [one.progress for one in heard if one.progress is not None]
            laps = max((one.laps for one in heard), key=lambda one: (one.idle, one.mark))
            done = self.handle(heard[0].account, progress, laps)
            extra = {"account": heard[0].account, "heard": len(progress), "turns": done.turns, "claimed": done.claimed}
            logger().info("account.conducted", extra=extra)
        except TryAgain as error:
            return self._later(records, error.after)
        except Exception as error:  # noqa: BLE001 - one account's failure is not another's
            logger().exception("message.failed", extra={"error": type(error).__name__})
            return self._later(records, UNEXPECTED_WAIT)
        return []

    def _later(self, records: list[Record], seconds: float) -> list[Record]:
        try:
            self.postpone([record["receiptHandle"] for record in records], seconds)
        except Exception as error:  # noqa: BLE001 - the visibility time-out makes the queue deliver the messages again
            logger().exception("message.not_postponed", extra={"error": type(error).__name__})
        return records


def _by_account(records: Sequence[Record]) -> list[list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record["attributes"]["MessageGroupId"], []).append(record)
    return list(found.values())
