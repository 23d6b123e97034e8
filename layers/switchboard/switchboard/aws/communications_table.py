"""Communications by either of their ids. Ids may have any length, so keys hold their digests.

| pk                     | sk                 | what                                       |
|------------------------|--------------------|--------------------------------------------|
| <account>#<workspace>  | ID#<digest>        | a communication, by the CRM's id           |
| <account>#<workspace>  | EXTERNAL#<digest>  | the CRM's id, by the telephony's           |
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.table import ConditionFailed, Item, from_item, named_errors, to_item
from switchboard.errors import TryAgain
from switchboard.kernel.communication import Communication, Workspace
from switchboard.kernel.ids import plain_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=400)  # as long as calls


class CommunicationsTable:
    """Port Communications."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def of_id(self, workspace: Workspace, id_: str) -> Communication | None:
        """Return the communication with this id of the CRM."""
        row = self._read(_id_key(workspace.account, workspace.name, id_))
        return load(row["data"], Communication) if row else None

    def of_external_id(self, workspace: Workspace, external_id: str) -> Communication | None:
        """Return the communication with this id of the telephony, without the integration's name."""
        row = self._read(_external_key(workspace.account, workspace.name, external_id))
        return self.of_id(workspace, row["id"]) if row else None

    def add(self, communication: Communication) -> Communication:
        """Insert if absent, under both ids, in one transaction. Return the stored communication."""
        account, name = communication.account, communication.workspace
        external = {
            **_external_key(account, name, communication.external_id),
            **to_item({"id": communication.id, "expires_at": _expiry(communication)}),
        }
        puts: Any = [
            {"Put": {"TableName": self._name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
            for item in (_item(communication), external)
        ]
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=puts)
        except ConditionFailed:
            workspace = Workspace(account, name)
            found = self.of_external_id(workspace, communication.external_id) or self.of_id(workspace, communication.id)
            if found is None:
                raise TryAgain("The communication went away.", after=0) from None
            return found
        return communication

    def save(self, communication: Communication) -> None:
        """Replace a communication."""
        self._client.put_item(TableName=self._name, Item=_item(communication))

    def _read(self, key: Item) -> dict[str, Any] | None:
        found = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")
        return from_item(found) if found else None


def _item(communication: Communication) -> Item:
    key = _id_key(communication.account, communication.workspace, communication.id)
    return {**key, **to_item({"data": dump(communication), "expires_at": _expiry(communication)})}


def _expiry(communication: Communication) -> int:
    return int((communication.created_at + KEPT_FOR).timestamp())


def _id_key(account: str, workspace: str, id_: str) -> Item:
    return to_item({"pk": f"{account}#{workspace}", "sk": f"ID#{_digest(plain_id(id_))}"})


def _external_key(account: str, workspace: str, external_id: str) -> Item:
    return to_item({"pk": f"{account}#{workspace}", "sk": f"EXTERNAL#{_digest(plain_id(external_id))}"})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
