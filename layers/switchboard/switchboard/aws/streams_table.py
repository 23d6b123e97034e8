"""Streams, their readers' places, and tickets.

| pk               | sk                 | what                                                              |
|------------------|--------------------|-------------------------------------------------------------------|
| <account>        | HEAD               | number and time of the last message                               |
| <account>        | WRITING            | since and until when the stream is written                        |
| <account>        | MESSAGE#<number>   | a message; its number has 19 digits, so that they sort            |
| <account>        | TOLD#<key>         | that a message of this key was written                            |
| <account>        | PLACE#<number>     | who reads, and until when unless renewed                          |
| ticket#<digest>  | TICKET             | the account, until when it is good, and which place it has        |

A message, its mark and the head are one transaction, which fails unless the head is where it was seen: a number is
taken only with the one before it in place, and with its message. What is past its time goes away by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from switchboard.aws.table import ConditionFailed, Item, from_item, named_errors, to_item
from switchboard.errors import Duplicate, TryAgain
from switchboard.streams.model import EXPIRY, PLACES, AdmittedTicket, HeldPlace, StreamEnd, StreamMessage, WritingPeriod

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEAD, WRITING, TICKET = "HEAD", "WRITING", "TICKET"
PAGE = 100
TOLD_GUARD = 0  # the place in the transaction whose condition tells a repeat


class StreamsTable:
    """Ports Streams, Places and Tickets."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def writing(self, account: str) -> WritingPeriod | None:
        """Since and until when."""
        row = self._get(account, WRITING)
        return (
            WritingPeriod(datetime.fromisoformat(row["since"]), datetime.fromisoformat(row["until"])) if row else None
        )

    def write_until(self, account: str, now: datetime, until: datetime) -> None:
        """Where the time before is over, it begins anew."""
        if not self._set_until(account, "#until > :now", {":now": _stamp(now), ":until": _stamp(until)}):
            item = {**_key(account, WRITING), **to_item({"since": _stamp(now), "until": _stamp(until)})}
            self._client.put_item(TableName=self._name, Item=item)

    def end(self, account: str) -> StreamEnd:
        """The last message."""
        row = self._get(account, HEAD)
        return StreamEnd(row["last"], datetime.fromisoformat(row["last_at"])) if row else StreamEnd()

    def append(self, account: str, key: str, message: StreamMessage) -> None:
        """Mark, head and message in one transaction."""
        expires = int((message.at + EXPIRY).timestamp())
        mark = to_item({"pk": account, "sk": f"TOLD#{key}", "expires_at": expires})
        values = {
            "body": message.body,
            "at": _stamp(message.at),
            "after": _stamp(message.after) if message.after else None,
            "expires_at": expires,
        }
        row = {**_key(account, _message_key(message.number)), **to_item(values)}
        writes: list[Any] = [self._new(mark), self._advance(account, message), self._new(row)]
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=writes)
        except ConditionFailed as failed:
            if failed.reasons[TOLD_GUARD] == "ConditionalCheckFailed":
                raise Duplicate("A message of this key was written.") from None
            raise TryAgain("The number is taken.", after=0) from None

    def after(self, account: str, number: int) -> list[StreamMessage]:
        """A page of the messages after a number."""
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
        """The place of `instead`, or the first one that is free."""
        if instead:
            held = {":reader": reader, ":until": _stamp(until), ":before": instead.reader}
            if self._set_reader(account, instead.place, "reader = :before", held):
                return instead.place
        free = "attribute_not_exists(reader) OR #until <= :now"
        values = {":reader": reader, ":until": _stamp(until), ":now": _stamp(now)}
        return next((place for place in range(PLACES) if self._set_reader(account, place, free, values)), None)

    def renew(self, account: str, place: int, reader: str, until: datetime) -> bool:
        """Until a later time."""
        return self._set_reader(account, place, "reader = :reader", {":reader": reader, ":until": _stamp(until)})

    def give_back(self, account: str, place: int, reader: str) -> None:
        """The row goes away."""
        with suppress(ConditionFailed), named_errors():
            self._client.delete_item(
                TableName=self._name,
                Key=_key(account, _place_key(place)),
                ConditionExpression="reader = :reader",
                ExpressionAttributeValues=to_item({":reader": reader}),
            )

    def add(self, digest: str, account: str, open_until: datetime, until: datetime) -> None:
        """Keep a ticket."""
        times = {"until": _stamp(open_until), "ends": _stamp(until), "expires_at": int(until.timestamp())}
        item = {**_ticket_key(digest), **to_item({"account": account, **times})}
        self._client.put_item(TableName=self._name, Item=item)

    def use(self, digest: str, reader: str, now: datetime) -> AdmittedTicket | None:
        """From the first use on it is good for all of its time."""
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
        return AdmittedTicket(row["account"], HeldPlace(row["holder"], row["place"]) if "holder" in row else None)

    def settle(self, digest: str, reader: str, place: int) -> bool:
        """Whoever used it last has it."""
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

    def _advance(self, account: str, message: StreamMessage) -> Any:
        before = message.number - 1 or None
        values = {":number": message.number, ":before": before, ":at": _stamp(message.at)}
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
    return StreamMessage(number, row["body"], datetime.fromisoformat(row["at"]), after)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
