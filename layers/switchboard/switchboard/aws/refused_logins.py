"""Refused logins by hour and sender, in the table of activity.

| pk            | sk       | what                                          |
|---------------|----------|-----------------------------------------------|
| LOGINS#<hour> | <sender> | `refused`: how many; `last_at`: when the last |

Expired rows are removed by DynamoDB.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from switchboard.accounts.logins.model import RefusedLogins
from switchboard.aws.table import from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=7)


class RefusedLoginRows:
    """Port LoginRefusals."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def add(self, sender: str, at: datetime) -> RefusedLogins | None:
        """Count a refusal, and return the refusals of the hour before it; None for the first."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        answer = self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": f"LOGINS#{hour.isoformat()}", "sk": sender}),
            UpdateExpression="ADD refused :one SET last_at = :at, expires_at = :expiry",
            ExpressionAttributeValues=to_item(
                {":one": 1, ":at": at.isoformat(), ":expiry": int((hour + KEPT_FOR).timestamp())}
            ),
            ReturnValues="ALL_OLD",
        )
        before = from_item(answer.get("Attributes", {}))
        if not before:
            return None
        return RefusedLogins(before["refused"], datetime.fromisoformat(before["last_at"]))
