"""The activity of sources, in a table of its own: a flood of refused requests slows no other table down.

| pk          | sk               | what                                                                     |
|-------------|------------------|--------------------------------------------------------------------------|
| <source>    | HOUR#<hour>      | counts: `events`, `last_at`, `refused.<reason>`, `unknown.<name>`, `clock.<reason>` |
| <source>    | RING             | `place`: how many refused requests were kept                             |
| <source>    | REFUSED#<place>  | a refused request; the place is modulo 20                                |

Expired rows are removed by DynamoDB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from switchboard.accounts.activity.model import (
    HOURS_KEPT_FOR,
    KEPT_REFUSALS,
    REFUSALS_KEPT_FOR,
    ActivityCounts,
    ActivityHour,
    RefusedRequest,
)
from switchboard.aws.codec import dump, load
from switchboard.aws.table import from_item, is_key, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HOUR, REFUSED, RING = "HOUR#", "REFUSED#", "RING"
UNKNOWN, CLOCK, REASON = "unknown.", "clock.", "refused."


class SourceActivityTable:
    """Port SourceActivity."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def count(self, source_id: str, hour: datetime, counts: ActivityCounts) -> None:
        """Add counts to an hour."""
        added = dict(_numbers(counts))
        last_at = {"last_at": counts.last_event_at.isoformat()} if counts.last_event_at else {}
        fixed = {"expires_at": int((hour + HOURS_KEPT_FOR).timestamp()), **last_at}
        self._update(source_id, HOUR + hour.isoformat(), added, fixed)

    def hours(self, source_id: str, since: datetime) -> list[ActivityHour]:
        """Return the counted hours from `since` on, newest first."""
        return [
            ActivityHour(datetime.fromisoformat(item["sk"]["S"].removeprefix(HOUR)), _counts(item))
            for item in self._rows(source_id, HOUR + since.isoformat(), f"{HOUR}~")
        ]

    def last_event_at(self, source_id: str) -> datetime | None:
        """Return the time of the last counted event."""
        for item in self._rows(source_id, HOUR, f"{HOUR}~"):
            if "last_at" in item:
                return datetime.fromisoformat(item["last_at"]["S"])
        return None

    def keep(self, source_id: str, refused: RefusedRequest) -> None:
        """Keep a refused request in the next place of the ring."""
        expires_at = int((refused.at + REFUSALS_KEPT_FOR).timestamp())
        place = self._update(source_id, RING, {"place": 1}, {"expires_at": expires_at})["place"]
        key = {"pk": source_id, "sk": f"{REFUSED}{place % KEPT_REFUSALS:02}"}
        self._client.put_item(
            TableName=self._name, Item=to_item({**key, "data": dump(refused), "expires_at": expires_at})
        )

    def refused(self, source_id: str, since: datetime) -> list[RefusedRequest]:
        """Return the kept requests from `since` on, newest first."""
        kept = [load(item["data"]["S"], RefusedRequest) for item in self._rows(source_id, REFUSED, f"{REFUSED}~")]
        return sorted((one for one in kept if one.at >= since), key=lambda one: one.at, reverse=True)

    def _update(self, pk: str, sk: str, added: Mapping[str, int], fixed: Mapping[str, Any]) -> dict[str, Any]:
        names = {f"#{place}": name for place, name in enumerate([*added, *fixed])}
        adds = ", ".join(f"#{place} :{place}" for place in range(len(added)))
        sets = ", ".join(f"#{place} = :{place}" for place in range(len(added), len(names)))
        answer = self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": pk, "sk": sk}),
            UpdateExpression=f"ADD {adds} SET {sets}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=to_item(
                {f":{place}": value for place, value in enumerate([*added.values(), *fixed.values()])}
            ),
            ReturnValues="UPDATED_NEW",
        )
        return from_item(answer["Attributes"])

    def _rows(self, pk: str, first: str, last: str) -> Iterator[Any]:
        """Yield the rows of a source between two sort keys, in descending order."""
        if not is_key(pk):
            return
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":pk": pk, ":first": first, ":last": last}),
            ScanIndexForward=False,
        )
        for page in pages:
            yield from page["Items"]


def _numbers(counts: ActivityCounts) -> Iterator[tuple[str, int]]:
    if counts.events:
        yield "events", counts.events
    for prefix, named in ((REASON, counts.refused), (UNKNOWN, counts.unknown_names), (CLOCK, counts.doubtful_clocks)):
        yield from ((prefix + name, number) for name, number in named.items())


def _counts(item: Mapping[str, Any]) -> ActivityCounts:
    plain = from_item(item)
    last_at = plain.get("last_at")
    return ActivityCounts(
        plain.get("events", 0),
        datetime.fromisoformat(last_at) if last_at else None,
        _named(plain, REASON),
        _named(plain, UNKNOWN),
        _named(plain, CLOCK),
    )


def _named(plain: Mapping[str, Any], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): number for name, number in plain.items() if name.startswith(prefix)}
