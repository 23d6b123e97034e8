"""The row of an account's line: the channels in use, under an optimistic lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.table import from_item, to_item
from switchboard.telephony.line import ChannelUse

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class LineRows:
    """The rows `pk` = `<account>#<name>`, `sk` = `LINE` of a table; the updates are parts of callers' transactions."""

    def __init__(self, client: DynamoDBClient, table: str, name: str) -> None:
        self._client, self._table, self._name = client, table, name

    def get(self, account: str) -> ChannelUse:
        """Return the line as of the last write."""
        found = self._client.get_item(TableName=self._table, Key=self._key(account), ConsistentRead=True)
        if "Item" not in found:
            return ChannelUse()
        row = from_item(found["Item"])
        return ChannelUse(row["used"], load(row["begun"], tuple[int, ...]), row["version"])

    def taken(self, account: str, before: ChannelUse, after: ChannelUse) -> Any:
        """Return the update that replaces the line `before`."""
        values = {
            ":used": after.used,
            ":begun": dump(after.begun),
            ":version": after.version,
            ":before": before.version,
        }
        return self._update(
            account,
            {
                "UpdateExpression": "SET used = :used, begun = :begun, version = :version",
                "ConditionExpression": "attribute_not_exists(version) OR version = :before",
                "ExpressionAttributeValues": to_item(values),
            },
        )

    def freed(self, account: str, channels: int = 1) -> Any:
        """Return the update that frees channels."""
        return self._update(
            account,
            {
                "UpdateExpression": "SET used = used - :channels, version = version + :one",
                "ExpressionAttributeValues": to_item({":channels": channels, ":one": 1}),
            },
        )

    def _update(self, account: str, how: dict[str, Any]) -> Any:
        return {"Update": {"TableName": self._table, "Key": self._key(account), **how}}

    def _key(self, account: str) -> Any:
        return to_item({"pk": f"{account}#{self._name}", "sk": "LINE"})
