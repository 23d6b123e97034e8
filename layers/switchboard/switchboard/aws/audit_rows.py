"""The audit trail, in the table of activity.

| pk               | sk                        | what        |
|------------------|---------------------------|-------------|
| AUDIT#<account>  | <time>#<id of the request>| a change; without an account a change of the hub |

Expired rows are removed by DynamoDB.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from switchboard.accounts.audit.model import KEPT_FOR, AuditRecord
from switchboard.aws.codec import dump, load
from switchboard.aws.table import named_errors, newest_first, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AUDIT = "AUDIT#"
KEY = frozenset({"pk", "sk"})
FIRST, LAST = "0", "~"


class AuditRows:
    """Port AuditTrail."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def keep(self, record: AuditRecord) -> None:
        """Upsert a record. Raises Busy while DynamoDB refuses requests."""
        values = {":data": dump(record), ":expiry": int((record.at + KEPT_FOR).timestamp())}
        with named_errors():
            self._client.update_item(
                TableName=self._name,
                Key=to_item({"pk": AUDIT + record.part, "sk": f"{_stamp(record.at)}#{record.request_id}"}),
                UpdateExpression="SET #data = :data, expires_at = :expiry",
                ExpressionAttributeNames={"#data": "data"},
                ExpressionAttributeValues=to_item(values),
            )

    def listed(
        self, part: str, since: datetime | None, until: datetime | None, limit: int, cursor: str | None
    ) -> tuple[list[AuditRecord], str | None]:
        """Return a page, newest first. Raises Invalid for a foreign cursor."""
        first = _stamp(since) if since else FIRST
        # Between two sort keys both ends are included; '!' sorts before the '#' of every key at this time.
        last = f"{_stamp(until)}!" if until else LAST
        query: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": to_item({":pk": AUDIT + part, ":first": first, ":last": last}),
        }
        if last < first:
            return [], None
        items, following = newest_first(self._client, query, limit, cursor, KEY)
        return [load(item["data"]["S"], AuditRecord) for item in items], following


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
