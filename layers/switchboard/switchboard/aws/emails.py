"""E-mails: the state of each message, the queue of mailings, and the service that sends.

| pk                    | sk                  | what                                                       |
|-----------------------|---------------------|------------------------------------------------------------|
| <account>#<execution> | <subscriber>#<hash> | state of a message to an address, by the address's digest     |

The subscriber's index has seven digits, so that keys sort.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from switchboard.aws.codec import dump, load
from switchboard.aws.messages import message_of
from switchboard.aws.table import ConditionFailed, Item, named_errors, to_item
from switchboard.campaigns.emails.model import Email, EmailKey, EmailResult, EmailState, MailerAnswer, Mailing
from switchboard.errors import Busy, TryAgain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

KEPT_FOR = timedelta(days=400)  # as long as executions are
BATCH = 10
CHARSET = "UTF-8"
# Errors of the service that pass, and the seconds until the next try.
WAITS = {
    "TooManyRequestsException": 5.0,  # the rate of the account is reached
    "ThrottlingException": 5.0,
    "LimitExceededException": 900.0,  # the daily quota is reached
    "SendingPausedException": 900.0,
    "AccountSuspendedException": 900.0,
    "MailFromDomainNotVerifiedException": 900.0,
}
FINAL = frozenset({"MessageRejected", "BadRequestException"})
NOT_VERIFIED = "not verified"  # the sender is not verified: no fault of the address


class PostingsTable:
    """Port EmailResults."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def claim(self, posting: EmailKey, now: datetime, until: datetime) -> EmailResult | None:
        """Claim a posting by a conditional write. Return the stored state if the claim fails."""
        posted = EmailResult(EmailState.SENDING, now, until=until)
        try:
            with named_errors():
                self._client.put_item(
                    TableName=self._name,
                    Item=_item(posting, posted),
                    ConditionExpression="attribute_not_exists(pk) OR (#state = :sending AND #until <= :now)",
                    ExpressionAttributeNames={"#state": "state", "#until": "until"},
                    ExpressionAttributeValues=to_item({":sending": EmailState.SENDING.value, ":now": _stamp(now)}),
                )
        except ConditionFailed:
            found = self._client.get_item(TableName=self._name, Key=_key(posting), ConsistentRead=True)
            # A row that has gone in between had expired.
            return load(found["Item"]["data"]["S"], EmailResult) if "Item" in found else posted
        return None

    def settle(self, posting: EmailKey, posted: EmailResult) -> None:
        """Replace the claim by the result."""
        self._client.put_item(TableName=self._name, Item=_item(posting, posted))

    def states(self, account: str, execution: str, first: int, count: int) -> Mapping[int, Sequence[EmailState]]:
        """Read the states of a range of subscribers by one query."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(
                {":pk": f"{account}#{execution}", ":first": f"{first:07}", ":last": f"{first + count - 1:07}#~"}
            ),
            ConsistentRead=True,
        )
        found: dict[int, list[EmailState]] = {}
        for item in (item for page in pages for item in page["Items"]):
            index = int(item["sk"]["S"].partition("#")[0])
            found.setdefault(index, []).append(EmailState(item["state"]["S"]))
        return found


class MailingQueue:
    """Port Mailings: `mailings`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, mailings: Sequence[Mailing], wait: int = 0) -> None:
        """Queue mailings in batches of ten, each `wait` seconds late.

        Raises TryAgain if the queue refuses a message.
        """
        for first in range(0, len(mailings), BATCH):
            some = mailings[first : first + BATCH]
            entries: Any = [
                {"Id": str(place), "MessageBody": message_of(mailing), "DelaySeconds": wait}
                for place, mailing in enumerate(some)
            ]
            if self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed"):
                raise Busy("The queue of mailings refused a message.")


class SesMailer:
    """Port Mailer: Amazon SES, which has no idempotency key."""

    def __init__(self, client: SESV2Client, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, email: Email) -> MailerAnswer:
        """Send an e-mail as plain text in UTF-8."""
        body: Any = {"Text": {"Data": email.text, "Charset": CHARSET}}
        try:
            sent = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [email.to]},
                Content={"Simple": {"Subject": {"Data": email.subject, "Charset": CHARSET}, "Body": body}},
            )
        except ClientError as error:
            return _refused(error)
        return MailerAnswer(EmailState.SENT, sent["MessageId"])


def _refused(error: ClientError) -> MailerAnswer:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in WAITS:
        raise TryAgain("E-mail cannot be sent now.", WAITS[code]) from error
    if code not in FINAL or NOT_VERIFIED in message:
        raise error
    return MailerAnswer(EmailState.REFUSED, code)


def _key(posting: EmailKey) -> Item:
    pk = f"{posting.account}#{posting.execution}"
    return to_item({"pk": pk, "sk": f"{posting.subscriber:07}#{posting.digest}"})


def _item(posting: EmailKey, posted: EmailResult) -> Item:
    values = {
        "state": posted.state.value,
        "until": _stamp(posted.until) if posted.until else None,
        "data": dump(posted),
        "expires_at": int((posted.at + KEPT_FOR).timestamp()),
    }
    return {**_key(posting), **to_item(values)}


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
