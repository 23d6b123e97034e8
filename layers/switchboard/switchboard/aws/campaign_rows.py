"""What accounts prepare for their campaigns, in CampaignsTable.

| pk            | sk              | what                                             |
|---------------|-----------------|--------------------------------------------------|
| account#<A>   | settings#<id>   | settings                                         |
| account#<A>   | group#<id>      | a group of subscribers, without the list itself  |
| account#<A>   | task#<id>       | a task                                           |
| account#<A>   | audio#<id>      | an audio file: of another adapter, held by this  |

`held_until` (seconds since 1970) keeps a row from being removed while a task that needs it is being started.
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
    """What has an owner and an id."""

    @property
    def account(self) -> str: ...
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Owned)


class CampaignRows(Generic[R]):
    """Port Resources, of one kind."""

    def __init__(self, client: DynamoDBClient, name: str, kind: str, model: type[R]) -> None:
        self._client, self._name = client, name
        self._kind, self._model = kind, model

    def get(self, account: str, id_: str) -> R | None:
        """As of the last write."""
        if not is_key(account, id_):
            return None
        found = self._client.get_item(TableName=self._name, Key=_key(account, self._kind, id_), ConsistentRead=True)
        return load(found["Item"]["data"]["S"], self._model) if "Item" in found else None

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[R], str | None]:
        """By id, from the last on."""
        query = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
            "ExpressionAttributeValues": to_item({":pk": f"account#{account}", ":sk": f"{self._kind}#"}),
            "ConsistentRead": True,
        }
        items, rest = newest_first(self._client, query, limit, cursor, KEY)
        return [load(item["data"]["S"], self._model) for item in items], rest

    def save(self, resource: R) -> None:
        """Whether or not there was one; a hold stays."""
        self._client.update_item(
            TableName=self._name,
            Key=_key(resource.account, self._kind, resource.id),
            UpdateExpression="SET #data = :data",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues=to_item({":data": dump(resource)}),
        )

    def remove(self, account: str, id_: str, now: datetime) -> bool:
        """Whether there was one."""
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
            raise Conflict("A task that uses it is just being started.") from None
        return "Attributes" in gone


class CampaignHolds:
    """Port Holds."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client, self._name = client, name

    def hold(self, account: str, keys: Sequence[tuple[str, str]], until: datetime) -> None:
        """One after the other: two starts at once hold the same, and neither is in the other's way."""
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
                raise Conflict("Something that the task uses has just been removed.") from None

    def held(self, account: str, kind: str, id_: str, now: datetime) -> bool:
        """As of the last write."""
        key = _key(account, kind, id_)
        found = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item", {})
        return "held_until" in found and int(found["held_until"]["N"]) > int(now.timestamp())


def _key(account: str, kind: str, id_: str) -> Item:
    return to_item({"pk": f"account#{account}", "sk": f"{kind}#{id_}"})
