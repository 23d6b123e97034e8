"""Deliveries and their attempts: one row each.

| id          | call_key, sequence (index of_call) | state_key, created_at (index in_state)    |
|-------------|------------------------------------|-------------------------------------------|
| msg_<hash>  | <account>#<call>, <sequence>       | <account>#<state>#<shard>, <time>#<id>    |

Both indexes project keys only: each row is written twice, and every projected attribute costs writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import load, pack, unpack
from switchboard.aws.shards import FIRST, LAST, SpreadIndex, read_all, sharded
from switchboard.aws.table import ConditionFailed, Item, from_item, is_key, named_errors, to_item, write_batch
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=30)
BATCH = 25  # the most that DynamoDB writes at once


class DeliveriesTable:
    """Port Deliveries."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        self._in_state = SpreadIndex(client, name, "in_state", "state_key", "created_at", ("id",))

    def get(self, delivery_id: str) -> DeliveryRecord | None:
        """Return the record as of the last write."""
        if not is_key(delivery_id):
            return None
        found = self._client.get_item(TableName=self._name, Key=to_item({"id": delivery_id}), ConsistentRead=True)
        return _record(found["Item"]) if "Item" in found else None

    def add(self, deliveries: Sequence[Delivery]) -> None:
        """Insert each delivery if absent."""
        for delivery in deliveries:
            put = self.put_of(delivery)["Put"]
            with suppress(ConditionFailed), named_errors():
                self._client.put_item(**put, ConditionExpression="attribute_not_exists(id)")

    def put_of(self, delivery: Delivery) -> Any:
        """Return the write of a new delivery, for the transaction of its event."""
        return self.put_record(DeliveryRecord(delivery, DeliveryState.PENDING))

    def put_record(self, record: DeliveryRecord) -> Any:
        """Return the write of a whole record, for a transaction."""
        return {"Put": {"TableName": self._name, "Item": _item(record)}}

    def write(self, records: Sequence[DeliveryRecord]) -> None:
        """Replace whole records in batches of 25. Raises Busy if the table stays busy."""
        for start in range(0, len(records), BATCH):
            some = records[start : start + BATCH]
            write_batch(self._client, self._name, [{"PutRequest": {"Item": _item(record)}} for record in some])

    def reopen(self, before: DeliveryRecord, after: DeliveryRecord) -> bool:
        """Write state and replays, unless another request has. The row keeps its time to live."""
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=to_item({"id": before.delivery.id}),
                    UpdateExpression="SET #state = :state, state_key = :state_key, earlier = :earlier, "
                    "replays = :replays REMOVE finished_at, parked_at, reason",
                    ConditionExpression="#state = :old AND (attribute_not_exists(replays) OR replays = :seen)",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues=to_item(
                        {
                            ":state": after.state.value,
                            ":state_key": _state_key(after.delivery, after.state),
                            ":earlier": after.earlier,
                            ":replays": after.delivery.replays,
                            ":old": before.state.value,
                            ":seen": before.delivery.replays,
                        }
                    ),
                )
        except ConditionFailed:
            return False
        return True

    def of_call(self, account: str, call_id: str) -> list[DeliveryRecord]:
        """Return the deliveries of a call, in the order of events and messages."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="of_call",
            KeyConditionExpression="call_key = :call",
            ExpressionAttributeValues=to_item({":call": f"{account}#{call_id}"}),
        )
        keys = [{"id": item["id"]} for page in pages for item in page["Items"]]
        found = [_record(item) for item in read_all(self._client, self._name, keys)]
        return sorted(found, key=lambda one: (one.delivery.sequence, one.delivery.part))

    def in_state(
        self, account: str, state: DeliveryState, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        """Return a page, newest first. The index is eventually consistent; records with another state are left out."""
        items, following = self._in_state.newest_first(f"{account}#{state}", limit, cursor)
        records = [_record(item) for item in items]
        return [record for record in records if record.state is state], following

    def oldest_in_state(
        self,
        account: str,
        state: DeliveryState,
        limit: int,
        after: str,
        within: tuple[datetime | None, datetime | None] = (None, None),
    ) -> tuple[list[DeliveryRecord], str]:
        """Return the oldest records behind a place of the index. The times bound what the index reads."""
        since, until = (_stamp(at) for at in within)
        begin = max(after, since or FIRST)
        items, place = self._in_state.oldest_first(f"{account}#{state}", limit, begin, until or LAST)
        records = [_record(item) for item in items]
        return [record for record in records if record.state is state], place


def _record(item: Item) -> DeliveryRecord:
    row = from_item(item)
    return DeliveryRecord(
        delivery=replace(unpack(row["data"], Delivery), replays=row.get("replays", 0)),
        state=DeliveryState(row["state"]),
        attempts=_attempts(row),
        earlier=row.get("earlier", 0),
        finished_at=_moment(row.get("finished_at")),
        parked_at=_moment(row.get("parked_at")),
        reason=row.get("reason", ""),
        sent_to=row.get("sent_to", ""),
        sent_body=unpack(row["sent_body"], str) if "sent_body" in row else "",
    )


def _attempts(row: dict[str, Any]) -> tuple[Attempt, ...]:
    """Return the attempts of a row, also in the layout of an earlier version."""
    if "tries" in row:
        return unpack(row["tries"], tuple[Attempt, ...])
    return tuple(load(attempt, Attempt) for attempt in row.get("attempts", []))


def _state_key(delivery: Delivery, state: DeliveryState) -> str:
    return sharded(f"{delivery.account}#{state}", delivery.id)


def _item(record: DeliveryRecord) -> Item:
    delivery = record.delivery
    # A row expires by its end, or by the time of parking. So late dead letters and late replays are kept long enough.
    kept_from = record.finished_at or record.parked_at or delivery.created_at
    return to_item(
        {
            "id": delivery.id,
            "account": delivery.account,
            "call_key": f"{delivery.account}#{delivery.call_id}" if delivery.call_id else None,
            "sequence": delivery.sequence,
            "state": record.state.value,
            "state_key": _state_key(delivery, record.state),
            "created_at": f"{_stamp(delivery.created_at)}#{delivery.id}",
            "data": pack(delivery),
            "tries": pack(record.attempts) if record.attempts else None,
            "expires_at": int((kept_from + KEPT_FOR).timestamp()),
            "replays": delivery.replays or None,
            "earlier": record.earlier or None,
            "finished_at": _stamp(record.finished_at),
            "parked_at": _stamp(record.parked_at),
            "reason": record.reason or None,
            "sent_to": record.sent_to or None,
            "sent_body": pack(record.sent_body) if record.sent_body else None,
        }
    )


def _stamp(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
