"""Calls, the logs of their events, and the index of their numbers.

| pk                          | sk                | what                        | listing (index in_time)            |
|-----------------------------|-------------------|-----------------------------|------------------------------------|
| <account>#<call>            | CALL              | the state of the call       | <account>#<shard>                  |
| <account>#<call>            | EVENT#<id>        | one event and its outcome   |                                    |
| <account>#source:<source>   | EVENT#<id>        | one event of no call        | <account>#source:<source>#<shard>  |
| <account>#source:<source>   | STARTED           | the device's last start     |                                    |
| <account>#number:<digits>   | <time>#<call>     | a call with this number     |                                    |

The index's sort key is `at`: the time of the first event, `#`, and the id. All indexes project keys only. Open calls
are in two indexes more, which `open_calls` describes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.call_listing import CallListing
from switchboard.aws.codec import dump, load, load_call, pack, unpack
from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.aws.open_calls import place_of
from switchboard.aws.shards import sharded
from switchboard.aws.table import ConditionFailed, Item, from_item, is_key, named_errors, to_item, write_batch
from switchboard.calls.ports import CallFilter, KeptEvent, Page
from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.errors import Duplicate, TryAgain
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Number
from switchboard.kernel.numbers import digits_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=400)
LONGEST_NUMBER = 64
# A transaction holds at most 100 writes and 4 MB, and a delivery has up to 64 KiB.
TOGETHER = 50
EPOCH = datetime.fromtimestamp(0, UTC)
EVENT_GUARD, CALL_GUARD = 0, 1  # places of conditional writes in the transaction


class CallsTable:
    """Port Calls."""

    def __init__(self, client: DynamoDBClient, name: str, deliveries_table: str) -> None:
        self._client = client
        self._name = name
        self._deliveries = DeliveriesTable(client, deliveries_table)
        self._listing = CallListing(client, name)

    def get(self, account: str, call_id: str) -> Call | None:
        """Return the call as of the last write. A row with a successor only gives version 0."""
        pk = f"{account}#{call_id}"
        if not is_key(pk):
            return None
        found = self._client.get_item(TableName=self._name, Key=to_item({"pk": pk, "sk": "CALL"}), ConsistentRead=True)
        return self._call(found["Item"]) if "Item" in found else None

    def keep(self, applied: AppliedEvent, deliveries: Sequence[Delivery], before: Call | None) -> None:
        """Write event, call and deliveries in one transaction. The call's numbers are written before.

        A transaction costs twice as much as plain writes, and listings skip a number without a call. Deliveries beyond
        the limit of a transaction are also written before. They are queued only after the event is stored.
        """
        self._deliveries.add(deliveries[TOGETHER:])
        self._write_numbers(applied, before)
        puts = [self._event_put(applied, deliveries)]
        if applied.call is not None:
            expiry = _expiry(applied.event, applied.call)
            puts.append(self._call_update(applied, applied.call, before, expiry))
        puts += [self._deliveries.put_of(delivery) for delivery in deliveries[:TOGETHER]]
        try:
            with named_errors():
                self._write(puts)
        except ConditionFailed as failed:
            if len(puts) == 1 or failed.reasons[EVENT_GUARD] == "ConditionalCheckFailed":
                raise Duplicate("The event is in the log.") from None
            raise TryAgain("The call was changed by another worker.", after=0) from None

    def supersede(self, old: Call, successor: str) -> None:
        """Write the id of the successor into the old call."""
        self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": f"{old.account}#{old.id}", "sk": "CALL"}),
            UpdateExpression="SET successor = :successor",
            ExpressionAttributeValues=to_item({":successor": successor}),
        )

    def note_restart(self, event: CallEvent) -> None:
        """Write the time of receipt of a device's start, beside the source's events."""
        values = {"at": event.received_at.isoformat(), "expires_at": _expiry(event)}
        self._client.put_item(
            TableName=self._name, Item={**_restart_key(event.account, event.source), **to_item(values)}
        )

    def restarted_at(self, account: str, source: str) -> datetime | None:
        """Return the time of the last start of a source's device."""
        found = self._client.get_item(TableName=self._name, Key=_restart_key(account, source), ConsistentRead=True)
        return datetime.fromisoformat(found["Item"]["at"]["S"]) if "Item" in found else None

    def unsent(self, event: CallEvent, call_id: str) -> list[Delivery]:
        """Return the event's deliveries that no worker has tried."""
        row = self._event_item(event, call_id)
        ids = load(row["deliveries"]["S"], list[str]) if row else []
        records = [self._deliveries.get(delivery_id) for delivery_id in ids]
        # A tried delivery was queued. After five minutes the queue would not drop a repeat.
        untried = (one for one in records if one and one.state is DeliveryState.PENDING and not one.attempts_made)
        return [record.delivery for record in untried]

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """Return an event's entry in the log of its call."""
        item = self._event_item(event, call_id)
        return _kept(item) if item else None

    def events(self, account: str, call_id: str) -> list[KeptEvent]:
        """Return the log of a call, in the order of the events' times."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues=to_item({":pk": f"{account}#{call_id}", ":event": "EVENT#"}),
            ConsistentRead=True,
        )
        kept = [_kept(item) for page in pages for item in page["Items"]]
        return sorted(kept, key=lambda row: (row.event.at, row.event.received_at, row.event.id))

    def events_of_source(
        self, account: str, source: str, limit: int, cursor: str | None
    ) -> tuple[list[KeptEvent], str | None]:
        """Return a page of a source's events of no call, newest first."""
        items, following = self._listing.page(f"{account}#source:{source}", CallFilter(), limit, cursor)
        return [_kept(item) for item in items], following

    def listed(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> Page:
        """Return a page of calls, newest first; by number if the filter has one, else by time."""
        items, following = self._listing.calls(account, wanted, limit, cursor)
        return Page([self._call(item) for item in items], following)

    @staticmethod
    def _call(item: Item) -> Call:
        row = from_item(item)
        if "data" not in row:
            account, _, call_id = row["pk"].partition("#")
            return Call(account, call_id, "", "", "", EPOCH, successor=row["successor"])
        return replace(load_call(row["data"]), successor=row.get("successor", ""))

    def _event_item(self, event: CallEvent, call_id: str) -> Item | None:
        key = _event_key(event, call_id)
        return self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")

    def _event_put(self, applied: AppliedEvent, deliveries: Sequence[Delivery]) -> Any:
        event = applied.event
        listing = None if applied.call else sharded(f"{event.account}#{event.lane}", event.id)
        values = {
            "listing": listing,
            "at": f"{_stamp(event.at)}#{event.id}" if listing else None,
            "data": pack(event),
            "outcome": applied.outcome.value,
            "deliveries": dump([delivery.id for delivery in deliveries]),
            "expires_at": _expiry(event),
        }
        item = {**_event_key(event, applied.call.id if applied.call else ""), **to_item(values)}
        return {"Put": {"TableName": self._name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _call_update(self, applied: AppliedEvent, call: Call, before: Call | None, expiry: int) -> Any:
        place, places = place_of(applied, call)
        values = {
            **places,
            ":data": pack(call),
            ":state": call.state.value,
            ":version": call.version,
            ":listing": sharded(call.account, call.id),
            ":at": f"{_stamp(call.first_at)}#{call.id}",
            ":expires": expiry,
            ":before": before.version if before else None,
        }
        return {
            "Update": {
                "TableName": self._name,
                "Key": to_item({"pk": f"{call.account}#{call.id}", "sk": "CALL"}),
                # The place in the index is written once. A new place for each event would rewrite the index.
                "UpdateExpression": "SET #data = :data, #state = :state, version = :version, expires_at = :expires, "
                f"listing = if_not_exists(listing, :listing), #at = if_not_exists(#at, :at){place}",
                "ConditionExpression": "version = :before" if before else "attribute_not_exists(version)",
                "ExpressionAttributeNames": {"#data": "data", "#state": "state", "#at": "at"},
                "ExpressionAttributeValues": to_item(values),
            }
        }

    def _write(self, puts: list[Any]) -> None:
        """Write all or nothing. A single write needs no transaction, and costs half."""
        if len(puts) == 1:
            self._client.put_item(**puts[0]["Put"])
        else:
            self._client.transact_write_items(TransactItems=puts)

    def _write_numbers(self, applied: AppliedEvent, before: Call | None) -> None:
        """Write the call's new numbers; all of them if the call is to be kept longer. A repeat writes the same rows."""
        if applied.call is not None:
            expiry = _expiry(applied.event, applied.call)
            rows = [_number(applied.call, number, expiry) for number in _new_numbers(applied, before)]
            if rows:
                write_batch(self._client, self._name, [{"PutRequest": {"Item": row}} for row in rows])


def _number(call: Call, number: str, expiry: int) -> Item:
    values: dict[str, str | int] = {
        "pk": f"{call.account}#number:{number}",
        "sk": f"{_stamp(call.first_at)}#{call.id}",
        "call": call.id,
        "expires_at": expiry,
    }
    return to_item(values)


def _event_key(event: CallEvent, call_id: str) -> Item:
    return to_item({"pk": f"{event.account}#{call_id or event.lane}", "sk": f"EVENT#{event.id}"})


def _restart_key(account: str, source: str) -> Item:
    return to_item({"pk": f"{account}#source:{source}", "sk": "STARTED"})


def _kept(item: Item) -> KeptEvent:
    row = from_item(item)
    return KeptEvent(unpack(row["data"], CallEvent), row["outcome"])


def _new_numbers(applied: AppliedEvent, before: Call | None) -> list[str]:
    known = _numbers(before) if before and before.kept_days == _kept_days(applied.call) else set()
    return sorted(_numbers(applied.call) - known)


def _kept_days(call: Call | None) -> int:
    return call.kept_days if call else 0


def _numbers(call: Call | None) -> set[str]:
    """Return the digits of every number in the call's facts."""
    if call is None:
        return set()
    values = [fact.value for fact in call.facts.values() if isinstance(fact.value, Number)]
    return {digits_of(number)[:LONGEST_NUMBER] for number in values} - {""}


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _expiry(event: CallEvent, call: Call | None = None) -> int:
    """Return the expiry by the hub's clock. A PBX's clock that stands in 1970 must not expire its calls.

    A call and its numbers are kept as long as its recording, which the numbers find.
    """
    return int((event.received_at + max(KEPT_FOR, timedelta(days=_kept_days(call)))).timestamp())
