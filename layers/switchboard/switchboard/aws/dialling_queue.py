"""The queues of dialling: each account's messages in one order, and wake-ups that are held back for their time."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from switchboard.aws.messages import message_of
from switchboard.aws.queues import LONGEST_DELAY
from switchboard.campaigns.dialling.messages import ConductorMessage, WakeMessage
from switchboard.laps import NO_LAPS, Laps
from switchboard.telephony.progress import CallProgress

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DiallingQueue:
    """Ports Ticks and Placed: `dialling.fifo`, with a group for each account."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def __call__(self, progress: CallProgress) -> None:
        """Tell an account's conductor how far a call is."""
        self._send(ConductorMessage(progress.account, progress), f"{progress.command}.{progress.stage}")

    def tick(self, account: str, name: str, laps: Laps = NO_LAPS) -> None:
        """Have the conductor take a turn."""
        self._send(ConductorMessage(account, laps=laps), f"tick.{name}")

    def _send(self, heard: ConductorMessage, name: str) -> None:
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=message_of(heard),
            MessageGroupId=heard.account,
            MessageDeduplicationId=hashlib.sha256(name.encode()).hexdigest(),
        )


class WakeQueue:
    """Port Wakes: `wakes`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def wake(self, account: str, name: str, wait: float, laps: Laps) -> None:
        """A longer wait than a queue knows ends early, and is begun again."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=message_of(WakeMessage(account, name, laps)),
            DelaySeconds=min(math.ceil(wait), LONGEST_DELAY),
        )
