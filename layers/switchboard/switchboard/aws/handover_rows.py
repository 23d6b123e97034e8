"""Hand-overs of executions to another system, beside the executions in DiallingTable.

| pk                       | sk       | what                                                          |
|--------------------------|----------|---------------------------------------------------------------|
| execution#<account>#<id> | handover | the objects made in the other system, with their ids there    |
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.table import ConditionFailed, Item, named_errors, to_item
from switchboard.campaigns.handover.model import Handover

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=400)  # as the execution


class HandoverRows:
    """Port Handovers."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client, self._name = client, name

    def get(self, account: str, execution: str) -> Handover | None:
        """Return a hand-over as of the last write."""
        key = _key(account, execution)
        found = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        return load(found["Item"]["data"]["S"], Handover) if "Item" in found else None

    def save(self, handover: Handover) -> bool:
        """Write the next version by compare-and-set. Returns False if the stored version differs."""
        after = replace(handover, version=handover.version + 1)
        expires = int((handover.began_at + KEPT_FOR).timestamp())
        row = to_item({"version": after.version, "data": dump(after), "expires_at": expires})
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if handover.version:
            values = to_item({":before": handover.version})
            condition = {"ConditionExpression": "version = :before", "ExpressionAttributeValues": values}
        try:
            with named_errors():
                self._client.put_item(
                    TableName=self._name, Item={**_key(handover.account, handover.execution), **row}, **condition
                )
        except ConditionFailed:
            return False
        return True


def _key(account: str, execution: str) -> Item:
    return to_item({"pk": f"execution#{account}#{execution}", "sk": "handover"})
