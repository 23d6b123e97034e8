"""Connections of PBXs, and calls at Asterisks, in TelephonyTable.

| pk                             | sk         | what                                | listing, at (index by_time) |
|--------------------------------|------------|-------------------------------------|-----------------------------|
| <account>#pbx                  | CONNECTION | the open connection of its PBX      | #pbx, the account           |
| <account>#pbx                  | CALL#<id>  | a call whose channels may last      |                             |
| <connection>#connection        | CONNECTION | whose a connection is (`owner`)     |                             |
| <account>#asterisk:<call>      | CALL       | a call at an Asterisk               |                             |
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.table import ConditionFailed, is_key, named_errors, put_if, to_item
from switchboard.kernel.remembered import Remembered
from switchboard.telephony.asterisk.model import AsteriskCall
from switchboard.telephony.asterisk.ports import PbxConnection

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=15)  # longer than a message may stay in the queue
CONNECTION_KEPT_FOR = timedelta(days=1)  # the gateway ends a connection after two hours
LISTING = "#pbx"  # no account has this id
MOST_REMEMBERED = 1000


class PbxConnectionRows:
    """Port PbxConnections."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        self._accounts: Remembered[str, str] = Remembered(MOST_REMEMBERED)

    def open(self, connection: PbxConnection) -> PbxConnection | None:
        """Store the connection as the account's, and return the connection that it replaces."""
        owner = {
            "owner": connection.account,
            "expires_at": int((connection.opened_at + CONNECTION_KEPT_FOR).timestamp()),
        }
        item = {**_owner_key(connection.id), **to_item(owner)}
        self._client.put_item(TableName=self._name, Item=item)
        replaced = self._client.put_item(
            TableName=self._name, Item=_connection_item(connection), ReturnValues="ALL_OLD"
        )
        old = replaced.get("Attributes")
        return load(old["data"]["S"], PbxConnection) if old else None

    def of(self, account: str) -> PbxConnection | None:
        """Return the connection as of the last write."""
        if not is_key(account):
            return None
        found = self._client.get_item(TableName=self._name, Key=_connection_key(account), ConsistentRead=True)
        return load(found["Item"]["data"]["S"], PbxConnection) if "Item" in found else None

    def account_of(self, connection: str) -> str:
        """Return the account of a connection, which never changes; empty for an unknown one."""
        known = self._accounts.get(connection)
        if known is None:
            found = self._client.get_item(TableName=self._name, Key=_owner_key(connection), ConsistentRead=True)
            known = found["Item"]["owner"]["S"] if "Item" in found else ""
            if known:
                self._accounts[connection] = known
        return known

    def change(self, connection: PbxConnection) -> bool:
        """Write facts of a connection, unless another connection has replaced it."""
        try:
            with named_errors():
                self._client.put_item(
                    TableName=self._name,
                    Item=_connection_item(connection),
                    ConditionExpression="held_by = :id",
                    ExpressionAttributeValues=to_item({":id": connection.id}),
                )
        except ConditionFailed:
            return False
        return True

    def close(self, account: str, connection: str) -> None:
        """Remove the connection, unless a later one has replaced it."""
        with suppress(ConditionFailed), named_errors():
            self._client.delete_item(
                TableName=self._name,
                Key=_connection_key(account),
                ConditionExpression="held_by = :id",
                ExpressionAttributeValues=to_item({":id": connection}),
            )

    def all(self) -> list[PbxConnection]:
        """Return all open connections. The index is eventually consistent."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_time",
            KeyConditionExpression="listing = :listing",
            ExpressionAttributeValues=to_item({":listing": LISTING}),
        )
        return [load(item["data"]["S"], PbxConnection) for page in pages for item in page["Items"]]


class AsteriskCallRows:
    """Port AsteriskCalls. A call whose channels may last has a second row, by which the account's calls are found."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def claim(self, call: AsteriskCall) -> bool:
        """Insert a call with its mark in one transaction. Return False if the call exists."""
        mark = {"Put": {"TableName": self._name, "Item": _mark_key(call)}}
        try:
            with named_errors():
                self._client.transact_write_items(
                    TransactItems=[self._put(call, "attribute_not_exists(pk)", {}), mark]  # type: ignore[list-item]
                )
        except ConditionFailed:
            return False
        return True

    def forget(self, call: AsteriskCall) -> None:
        """Remove a call that was never dialled."""
        keys = (_call_key(call.account, call.id), _mark_key(call))
        self._client.transact_write_items(
            TransactItems=[{"Delete": {"TableName": self._name, "Key": key}} for key in keys]
        )

    def get(self, account: str, call_id: str) -> AsteriskCall | None:
        """Return the call as of the last write."""
        if not is_key(f"{account}#asterisk:{call_id}"):
            return None
        found = self._client.get_item(TableName=self._name, Key=_call_key(account, call_id), ConsistentRead=True)
        return load(found["Item"]["data"]["S"], AsteriskCall) if "Item" in found else None

    def change(self, before: AsteriskCall, after: AsteriskCall) -> AsteriskCall | None:
        """Write a changed call; the last channel's end removes the mark. Returns None if the version differs."""
        kept = replace(after, version=before.version + 1)
        items = [self._put(kept, "version = :before", {":before": before.version})]
        if kept.is_over and not before.is_over:
            items.append({"Delete": {"TableName": self._name, "Key": _mark_key(kept)}})
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=items)
        except ConditionFailed:
            return None
        return kept

    def open_calls(self, account: str) -> list[str]:
        """Return the ids of the calls whose channels may last."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :call)",
            ExpressionAttributeValues=to_item({":pk": f"{account}#pbx", ":call": "CALL#"}),
            ConsistentRead=True,
        )
        return [item["sk"]["S"].removeprefix("CALL#") for page in pages for item in page["Items"]]

    def _put(self, call: AsteriskCall, condition: str, values: dict[str, Any]) -> Any:
        own = {
            "data": dump(call),
            "version": call.version,
            "expires_at": int((call.began_at + KEPT_FOR).timestamp()),
        }
        return put_if(self._name, {**_call_key(call.account, call.id), **to_item(own)}, condition, values)


def _connection_item(connection: PbxConnection) -> Any:
    facts = {
        "held_by": connection.id,
        "data": dump(connection),
        "listing": LISTING,
        "at": connection.account,
        "expires_at": int((connection.opened_at + CONNECTION_KEPT_FOR).timestamp()),
    }
    return {**_connection_key(connection.account), **to_item(facts)}


def _connection_key(account: str) -> Any:
    return to_item({"pk": f"{account}#pbx", "sk": "CONNECTION"})


def _owner_key(connection: str) -> Any:
    return to_item({"pk": f"{connection}#connection", "sk": "CONNECTION"})


def _call_key(account: str, call_id: str) -> Any:
    return to_item({"pk": f"{account}#asterisk:{call_id}", "sk": "CALL"})


def _mark_key(call: AsteriskCall) -> Any:
    return to_item({"pk": f"{call.account}#pbx", "sk": f"CALL#{call.id}"})
