"""Amazon Chime's SIP media application by boto3, and the queue of checks.

Source of errors and fields: botocore's service model `chime-sdk-voice` (2022-08-03).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.aws.codec import CHECK
from switchboard.aws.messages import message_of
from switchboard.errors import NotFound, ProviderRefused, ProviderSilent, Refusal, Refused
from switchboard.telephony.chime.model import ChimeCheck

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY = 900  # seconds
SERVER_FAULTS = 500
SILENT = "Amazon Chime did not answer: the call may have begun."
REFUSALS = {
    "ThrottledClientException": Refusal.TOO_FAST,
    "ThrottlingException": Refusal.TOO_FAST,
    "TooManyRequestsException": Refusal.TOO_FAST,
    "ResourceLimitExceededException": Refusal.NO_CHANNELS,
    "ForbiddenException": Refusal.FORBIDDEN,
    "UnauthorizedClientException": Refusal.FORBIDDEN,
    "AccessDeniedException": Refusal.FORBIDDEN,
}


class SipMediaApplication:
    """Port ChimeService. The client must not repeat requests: the service has no idempotency key."""

    def __init__(self, client: Any, application: str) -> None:
        self._client = client
        self._application = application

    def call(self, source: str, target: str, arguments: Mapping[str, str]) -> str:
        """Call a number. Raises ProviderRefused or ProviderSilent."""
        try:
            answer = self._client.create_sip_media_application_call(
                FromPhoneNumber=source,
                ToPhoneNumber=target,
                SipMediaApplicationId=self._application,
                ArgumentsMap=dict(arguments),
            )
        except (ClientError, BotoCoreError) as error:
            raise refused_by(error) from error
        return str(answer["SipMediaApplicationCall"]["TransactionId"])

    def update(self, transaction: str, arguments: Mapping[str, str]) -> None:
        """Have the service ask for new actions. Raises NotFound, ProviderRefused or ProviderSilent."""
        try:
            self._client.update_sip_media_application_call(
                SipMediaApplicationId=self._application, TransactionId=transaction, Arguments=dict(arguments)
            )
        except (ClientError, BotoCoreError) as error:
            raise refused_by(error) from error


def refused_by(error: ClientError | BotoCoreError) -> Refused:
    """Return the hub's error. Only an answer below 500 proves that nothing was done."""
    if not isinstance(error, ClientError):
        return ProviderSilent(SILENT)
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", SERVER_FAULTS)
    if code in REFUSALS:
        return ProviderRefused(f"Amazon Chime refused the call: {code}.", REFUSALS[code])
    if status >= SERVER_FAULTS:
        return ProviderSilent(SILENT)
    if code == "NotFoundException":
        return NotFound("Amazon Chime has no such call.", "call")
    return ProviderRefused(f"Amazon Chime refused the call: {code}.", Refusal.REJECTED)


class ChimeCheckQueue:
    """Port ChimeChecks: messages in `advances`, each with its own delay."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, check: ChimeCheck, wait: float) -> None:
        """Queue a check to arrive after `wait` seconds, at most 15 minutes."""
        delay = min(max(0, math.ceil(wait)), LONGEST_DELAY)
        self._client.send_message(QueueUrl=self._url, MessageBody=message_of({CHECK: check}), DelaySeconds=delay)
