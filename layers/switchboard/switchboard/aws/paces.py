"""Leaky buckets of connectors, in CommunicationsTable: pk <account>#connector:<id>, sk PACE.

`full_until` is the time, in Unix milliseconds, at which the bucket will be empty: the generic cell rate algorithm
(ITU-T I.371). A request moves the time on by one interval, unless the time is further ahead than the burst.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from switchboard.aws.table import ConditionFailed, Item, named_errors, to_item
from switchboard.dialects.rest_crm import Pace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=1)


class PaceRows:
    """Port Paces."""

    def __init__(self, client: DynamoDBClient, name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._name = name
        self._clock = clock

    def take(self, account: str, connector: str, pace: Pace) -> float:
        """Count a request with one conditional write, or two for a bucket that has run dry."""
        now, each = round(self._clock().timestamp() * 1000), round(1000 / pace.per_second)
        key = to_item({"pk": f"{account}#connector:{connector}", "sk": "PACE"})
        expiry = round((self._clock() + KEPT_FOR).timestamp())
        room = now + each * (pace.burst - 1)
        values = {":each": each, ":now": now, ":room": room, ":expiry": expiry}
        if self._set(key, "full_until + :each", "full_until > :now AND full_until <= :room", values):
            return 0.0
        fresh = {":next": now + each, ":now": now, ":expiry": expiry}
        if self._set(key, ":next", "attribute_not_exists(full_until) OR full_until <= :now", fresh):
            return 0.0
        return each / 1000

    def _set(self, key: Item, value: str, condition: str, values: dict[str, int]) -> bool:
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=key,
                    UpdateExpression=f"SET full_until = {value}, expires_at = :expiry",
                    ConditionExpression=condition,
                    ExpressionAttributeValues=to_item(values),
                )
        except ConditionFailed:
            return False
        return True
