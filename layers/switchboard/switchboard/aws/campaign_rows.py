"""Settings, groups and tasks of accounts' campaigns, in CampaignsTable.

| pk            | sk              | what                                             |
|---------------|-----------------|--------------------------------------------------|
| account#<A>   | settings#<id>   | settings                                         |
| account#<A>   | group#<id>      | a group of subscribers, without the list itself  |
| account#<A>   | task#<id>       | a task                                           |
| account#<A>   | audio#<id>      | an audio file: of another adapter, held by this  |

Until `held_until` (seconds since 1970), a row cannot be removed, because a task that needs the row is being started.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from switchboard.aws.codec import dump, load
from switchboard.aws.table import ConditionFailed, Item, is_key, named_errors, newest_first, to_item
from switchboard.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = frozenset({"pk", "sk"})


class Owned(Protocol):
    """A model with an owner and an id."""

    @property
    def account(self) -> str: ...
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Owned)


class CampaignRows(Generic[R]):
    """Port Resources, for one kind of resource."""

    def __init__(self, client: DynamoDBClient, name: str, kind: str, model: type[R]) -> None:
        self._client, self._name = client, name
        self._kind, self._model = kind, model

    def get(self, account: str, id_: str) -> R | None:
        """Read as of the last write."""
        if not is_key(account, id_):
            return None
        found = self._client.get_item(TableName=self._name, Key=_key(account, self._kind, id_), ConsistentRead=True)
        return load(found["Item"]["data"]["S"], self._model) if "Item" in found else None

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[R], str | None]:
        """Return a page of an account's resources, by id."""
        query = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
            "ExpressionAttributeValues": to_item({":pk": f"account#{account}", ":sk": f"{self._kind}#"}),
            "ConsistentRead": True,
        }
        items, rest = newest_first(self._client, query, limit, cursor, KEY)
        return [load(item["data"]["S"], self._model) for item in items], rest

    def save(self, resource: R) -> None:
        """Upsert a resource. A hold stays."""
        self._client.update_item(
            TableName=self._name,
            Key=_key(resource.account, self._kind, resource.id),
            UpdateExpression="SET #data = :data",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues=to_item({":data": dump(resource)}),
        )

    def remove(self, account: str, id_: str, now: datetime) -> bool:
        """Remove a resource. Returns whether the row existed; Conflict if a hold lasts."""
        try:
            with named_errors():
                gone = self._client.delete_item(
                    TableName=self._name,
                    Key=_key(account, self._kind, id_),
                    ConditionExpression="attribute_not_exists(held_until) OR held_until <= :now",
                    ExpressionAttributeValues=to_item({":now": int(now.timestamp())}),
                    ReturnValues="ALL_OLD",
                )
        except ConditionFailed:
            raise Conflict("A task that uses this resource is being started: try again later.") from None
        return "Attributes" in gone


class CampaignHolds:
    """Port Holds."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client, self._name = client, name

    def hold(self, account: str, keys: Sequence[tuple[str, str]], until: datetime) -> None:
        """Hold the rows one after the other. Two starts at once may hold the same rows."""
        for kind, id_ in keys:
            try:
                with named_errors():
                    self._client.update_item(
                        TableName=self._name,
                        Key=_key(account, kind, id_),
                        UpdateExpression="SET held_until = :until",
                        ConditionExpression="attribute_exists(pk)",
                        ExpressionAttributeValues=to_item({":until": int(until.timestamp())}),
                    )
            except ConditionFailed:
                raise Conflict(
                    "A resource of the task has just been removed: check the task's settings, groups and audio."
                ) from None

    def held(self, account: str, kind: str, id_: str, now: datetime) -> bool:
        """Read as of the last write."""
        key = _key(account, kind, id_)
        found = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item", {})
        return "held_until" in found and int(found["held_until"]["N"]) > int(now.timestamp())


def _key(account: str, kind: str, id_: str) -> Item:
    return to_item({"pk": f"account#{account}", "sk": f"{kind}#{id_}"})
