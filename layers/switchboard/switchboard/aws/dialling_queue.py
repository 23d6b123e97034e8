"""The queues of dialling: messages in order within an account, and delayed wakes."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from switchboard.aws.messages import message_of
from switchboard.aws.queues import LONGEST_DELAY
from switchboard.campaigns.dialling.messages import ConductorMessage, UntoldNews, WakeMessage
from switchboard.laps import NO_LAPS, Laps
from switchboard.telephony.progress import CallProgress

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DiallingQueue:
    """Ports Ticks, Placed and UntoldQueue: `dialling.fifo`, with a group for each account.

    News that a follower could not take has a group for itself: a failing message holds up nothing but itself.
    """

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def __call__(self, progress: CallProgress) -> None:
        """Queue the progress of a call for the account's conductor."""
        self._send(ConductorMessage(progress.account, progress), f"{progress.command}.{progress.stage}")

    def tick(self, account: str, name: str, laps: Laps = NO_LAPS) -> None:
        """Queue a turn of the conductor. `name` is the idempotency key."""
        self._send(ConductorMessage(account, laps=laps), f"tick.{name}")

    def put_off(self, account: str, untold: UntoldNews) -> None:
        """Queue news for a follower, in a group of its own."""
        message = ConductorMessage(account, untold=untold)
        name = f"untold.{message_of(message)}"
        self._send(message, name, f"{account}.untold.{_digest(name)[:32]}")

    def _send(self, heard: ConductorMessage, name: str, group: str = "") -> None:
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=message_of(heard),
            MessageGroupId=group or heard.account,
            MessageDeduplicationId=_digest(name),
        )


class WakeQueue:
    """Port Wakes: `wakes`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def wake(self, account: str, name: str, wait: float, laps: Laps) -> None:
        """Queue a wake after `wait` seconds. A wait beyond 15 minutes ends early, and is queued again."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=message_of(WakeMessage(account, name, laps)),
            DelaySeconds=min(math.ceil(wait), LONGEST_DELAY),
        )


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
