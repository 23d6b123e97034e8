"""Subscriptions: one row for each account and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.codec import dump
from switchboard.aws.table import ConditionFailed, Item, is_key, load_row, named_errors, row_of, to_item
from switchboard.errors import Conflict
from switchboard.subscriptions.model import ReceiverLimits, Subscription

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


KNOWN = frozenset({"account", "key", "version", "data"})
LIMITS = "limits#"  # before the receiver, in the keys of limits


class SubscriptionsTable:
    """Port Subscriptions. Reads are strongly consistent, so the next event finds a new subscription."""

    def __init__(self, client: DynamoDBClient, name: str, counters: AccountsTable | None = None) -> None:
        self._client = client
        self._name = name
        self._counters = counters

    def next_id(self, account: str) -> int:
        """Return the next id of a subscription of the account."""
        if self._counters is None:
            raise TypeError("this view of the subscriptions makes none")
        return self._counters.count_up(account, "subscription")

    def add(self, subscription: Subscription) -> None:
        """Insert a subscription. Raises Conflict if the key is taken."""
        self._put(subscription, ConditionExpression="attribute_not_exists(account)")

    def save(self, subscription: Subscription) -> None:
        """Replace the version before. Raises Conflict if the stored version is another."""
        self._put(
            subscription,
            ConditionExpression="version = :old",
            ExpressionAttributeValues=to_item({":old": subscription.version - 1}),
        )

    def get(self, account: str, key: str) -> Subscription | None:
        """The subscription at a key."""
        if not is_key(account, key):
            return None
        found = self._client.get_item(
            TableName=self._name, Key=to_item({"account": account, "key": key}), ConsistentRead=True
        )
        return load_row(found["Item"], Subscription, KNOWN) if "Item" in found else None

    def of_account(self, account: str) -> list[Subscription]:
        """Return an account's subscriptions, by id."""
        return self.with_limits(account)[0]

    def with_limits(self, account: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]:
        """Return subscriptions by id, and the limits of receivers, by one query."""
        rows = {item["key"]["S"]: item for item in self._rows(account)}
        found = [load_row(item, Subscription, KNOWN) for key, item in rows.items() if not key.startswith(LIMITS)]
        limits = {
            key.removeprefix(LIMITS): load_row(item, ReceiverLimits, KNOWN)
            for key, item in rows.items()
            if key.startswith(LIMITS)
        }
        return sorted(found, key=lambda subscription: subscription.id), limits

    def limit(self, account: str, receiver: str, limits: ReceiverLimits) -> None:
        """Set the limits of a receiver."""
        item = row_of(limits, {"account": account, "key": f"{LIMITS}{receiver}", "data": dump(limits)})
        self._client.put_item(TableName=self._name, Item=item)

    def remove(self, account: str, key: str) -> bool:
        """Remove a subscription. Returns whether the row existed."""
        if not is_key(account, key):
            return False
        gone = self._client.delete_item(
            TableName=self._name, Key=to_item({"account": account, "key": key}), ReturnValues="ALL_OLD"
        )
        return "Attributes" in gone

    def _rows(self, account: str) -> list[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="account = :account",
            ExpressionAttributeValues=to_item({":account": account}),
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]

    def _put(self, subscription: Subscription, **condition: Any) -> None:
        row = {"account": subscription.account, "key": subscription.key, "version": subscription.version}
        try:
            with named_errors():
                self._client.put_item(
                    TableName=self._name, Item=row_of(subscription, {**row, "data": dump(subscription)}), **condition
                )
        except ConditionFailed:
            raise Conflict("Another request changed this subscription: read it again, and repeat the change.") from None
