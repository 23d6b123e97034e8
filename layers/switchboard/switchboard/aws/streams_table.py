"""Streams, their readers' places, and tickets.

| pk               | sk                 | what                                                              |
|------------------|--------------------|-------------------------------------------------------------------|
| <account>        | HEAD               | number and time of the last message                               |
| <account>        | WRITING            | since and until when the stream is written                        |
| <account>        | MESSAGE#<number>   | a message; its number has 19 digits, so that they sort            |
| <account>#told#<shard> | TOLD#<key>   | that a message of this key was written                            |
| <account>        | PLACE#<number>     | who reads, and until when unless renewed                          |
| ticket#<digest>  | TICKET             | the account, until when it is good, and which place it has        |

Messages, their marks and the head are written in one transaction, under an optimistic lock on the head. So numbers have
no gaps, and each number has its message. DynamoDB removes expired rows. Marks are spread over partitions, because an
account's own partition takes the messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from switchboard.aws.shards import sharded
from switchboard.aws.table import ConditionFailed, Item, from_item, named_errors, to_item
from switchboard.errors import TryAgain
from switchboard.streams.model import (
    EXPIRY,
    PLACES,
    AdmittedTicket,
    AlreadyTold,
    HeldPlace,
    StreamEnd,
    StreamMessage,
    WritingPeriod,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEAD, WRITING, TICKET = "HEAD", "WRITING", "TICKET"
PAGE = 100
FAILED = "ConditionalCheckFailed"


class StreamsTable:
    """Ports Streams, Places and Tickets."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def writing(self, account: str) -> WritingPeriod | None:
        """Return the period in which the stream is written, None without a period."""
        row = self._get(account, WRITING)
        return (
            WritingPeriod(datetime.fromisoformat(row["since"]), datetime.fromisoformat(row["until"])) if row else None
        )

    def write_until(self, account: str, now: datetime, until: datetime) -> None:
        """Extend the period of writing to `until`. After its end, a new period begins `now`."""
        if not self._set_until(account, "#until > :now", {":now": _stamp(now), ":until": _stamp(until)}):
            item = {**_key(account, WRITING), **to_item({"since": _stamp(now), "until": _stamp(until)})}
            self._client.put_item(TableName=self._name, Item=item)

    def end(self, account: str) -> StreamEnd:
        """Return number and time of the last message."""
        row = self._get(account, HEAD)
        return StreamEnd(row["last"], datetime.fromisoformat(row["last_at"])) if row else StreamEnd()

    def append(self, account: str, messages: Mapping[str, StreamMessage]) -> None:
        """Append messages in one transaction. Raises TryAgain if a number is taken."""
        head = self._advance(account, [*messages.values()])
        marks = [self._mark(account, key, message) for key, message in messages.items()]
        rows = [self._row(account, message) for message in messages.values()]
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=[*marks, head, *rows])
        except ConditionFailed as failed:
            told = [key for key, reason in zip(messages, failed.reasons, strict=False) if reason == FAILED]
            if told:
                raise AlreadyTold(told) from None
            raise TryAgain("The number is taken.", after=0) from None

    def after(self, account: str, number: int) -> list[StreamMessage]:
        """Return a page of the messages after a number."""
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(
                {":pk": account, ":first": _message_key(number + 1), ":last": _message_key(10**19 - 1)}
            ),
            Limit=PAGE,
            ConsistentRead=True,
        )
        return [_message(item) for item in answer["Items"]]

    def take(
        self, account: str, reader: str, now: datetime, until: datetime, instead: HeldPlace | None = None
    ) -> int | None:
        """Take the place of `instead`, or the first free place. Returns None if all places are taken."""
        if instead:
            held = {":reader": reader, ":until": _stamp(until), ":before": instead.reader}
            if self._set_reader(account, instead.place, "reader = :before", held):
                return instead.place
        free = "attribute_not_exists(reader) OR #until <= :now"
        values = {":reader": reader, ":until": _stamp(until), ":now": _stamp(now)}
        return next((place for place in range(PLACES) if self._set_reader(account, place, free, values)), None)

    def renew(self, account: str, place: int, reader: str, until: datetime) -> bool:
        """Extend the lease of a place. Returns False if another reader holds the place."""
        return self._set_reader(account, place, "reader = :reader", {":reader": reader, ":until": _stamp(until)})

    def give_back(self, account: str, place: int, reader: str) -> None:
        """Remove the lease of a place, if `reader` still holds the place."""
        with suppress(ConditionFailed), named_errors():
            self._client.delete_item(
                TableName=self._name,
                Key=_key(account, _place_key(place)),
                ConditionExpression="reader = :reader",
                ExpressionAttributeValues=to_item({":reader": reader}),
            )

    def add(self, digest: str, account: str, open_until: datetime, until: datetime, token: str) -> None:
        """Insert a ticket, by the digest of its text."""
        times = {"until": _stamp(open_until), "ends": _stamp(until), "expires_at": int(until.timestamp())}
        item = {**_ticket_key(digest), **to_item({"account": account, "token": token, **times})}
        self._client.put_item(TableName=self._name, Item=item)

    def use(self, digest: str, reader: str, now: datetime) -> AdmittedTicket | None:
        """Use a ticket. After the first use the ticket is valid to its end."""
        try:
            with named_errors():
                answer = self._client.update_item(
                    TableName=self._name,
                    Key=_ticket_key(digest),
                    UpdateExpression="SET reader = :reader, #until = ends",
                    ConditionExpression="#until > :now",
                    ExpressionAttributeNames={"#until": "until"},
                    ExpressionAttributeValues=to_item({":reader": reader, ":now": _stamp(now)}),
                    ReturnValues="ALL_NEW",
                )
        except ConditionFailed:
            return None
        row = from_item(answer["Attributes"])
        before = HeldPlace(row["holder"], row["place"]) if "holder" in row else None
        return AdmittedTicket(row["account"], before, row.get("token", ""))

    def settle(self, digest: str, reader: str, place: int) -> bool:
        """Store the place of a ticket, if `reader` used the ticket last. Returns whether the place was stored."""
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=_ticket_key(digest),
                    UpdateExpression="SET holder = :reader, place = :place",
                    ConditionExpression="reader = :reader",
                    ExpressionAttributeValues=to_item({":reader": reader, ":place": place}),
                )
        except ConditionFailed:
            return False
        return True

    def _get(self, account: str, sk: str) -> dict[str, Any]:
        found = self._client.get_item(TableName=self._name, Key=_key(account, sk), ConsistentRead=True)
        return from_item(found.get("Item", {}))

    def _new(self, item: Item) -> Any:
        return {"Put": {"TableName": self._name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _mark(self, account: str, key: str, message: StreamMessage) -> Any:
        mark = {"pk": sharded(f"{account}#told", key), "sk": f"TOLD#{key}", "expires_at": _expiry(message)}
        return self._new(to_item(mark))

    def _row(self, account: str, message: StreamMessage) -> Any:
        values = {
            "body": message.body,
            "at": _stamp(message.at),
            "after": _stamp(message.after) if message.after else None,
            "expires_at": _expiry(message),
            "hops": message.hops or None,
        }
        return self._new({**_key(account, _message_key(message.number)), **to_item(values)})

    def _advance(self, account: str, messages: Sequence[StreamMessage]) -> Any:
        first, last = messages[0], messages[-1]
        before = first.number - 1 or None
        values = {":number": last.number, ":before": before, ":at": _stamp(last.at)}
        return {
            "Update": {
                "TableName": self._name,
                "Key": _key(account, HEAD),
                "UpdateExpression": "SET #last = :number, last_at = :at",
                "ConditionExpression": "#last = :before" if before else "attribute_not_exists(pk)",
                "ExpressionAttributeNames": {"#last": "last"},
                "ExpressionAttributeValues": to_item(values),
            }
        }

    def _set_until(self, account: str, condition: str, values: Mapping[str, str]) -> bool:
        return self._set(_key(account, WRITING), "SET #until = :until", condition, values)

    def _set_reader(self, account: str, place: int, condition: str, values: Mapping[str, str]) -> bool:
        key = _key(account, _place_key(place))
        return self._set(key, "SET reader = :reader, #until = :until", condition, values)

    def _set(self, key: Item, update: str, condition: str, values: Mapping[str, str]) -> bool:
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=key,
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#until": "until"},
                    ExpressionAttributeValues=to_item(values),
                )
        except ConditionFailed:
            return False
        return True


def _key(pk: str, sk: str) -> Item:
    return to_item({"pk": pk, "sk": sk})


def _ticket_key(digest: str) -> Item:
    return _key(f"ticket#{digest}", TICKET)


def _message_key(number: int) -> str:
    return f"MESSAGE#{number:019}"


def _place_key(place: int) -> str:
    return f"PLACE#{place}"


def _message(item: Mapping[str, Any]) -> StreamMessage:
    row = from_item(item)
    after = datetime.fromisoformat(row["after"]) if "after" in row else None
    number = int(row["sk"].removeprefix("MESSAGE#"))
    return StreamMessage(number, row["body"], datetime.fromisoformat(row["at"]), after, row.get("hops", 0))


def _expiry(message: StreamMessage) -> int:
    return int((message.at + EXPIRY).timestamp())


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
