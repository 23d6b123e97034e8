"""Calls through Amazon Chime, in TelephonyTable.

| pk                        | sk          | what                                          |
|---------------------------|-------------|-----------------------------------------------|
| <account>#chime:<call>    | CALL        | a call                                        |
| <account>#chime-line      | LINE        | the channels in use                           |
| <id>#transaction          | TRANSACTION | whose a transaction is (`owner` and `call`)   |
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.line_rows import LineRows
from switchboard.aws.table import ConditionFailed, is_key, named_errors, put_if, to_item
from switchboard.errors import ProviderRefused, Refusal, TryAgain
from switchboard.telephony.chime.model import ChimeCall, ChimeSettings
from switchboard.telephony.line import take_channel

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=15)  # longer than a message may stay in the queue
ATTEMPTS = 20  # for calls that begin at the same instant


class ChimeCallRows:
    """Port ChimeCalls. The transaction that claims a call takes its channels; the last one frees them."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        self._lines = LineRows(client, name, "chime-line")
        self._line_lock = Lock()  # calls of one process would conflict at the row of the line

    def claim(self, call: ChimeCall, settings: ChimeSettings) -> bool:
        """Insert a call and take its channels. Return False if the call exists. Raises ProviderRefused."""
        for _ in range(ATTEMPTS):
            with self._line_lock:
                if self.get(call.account, call.id):
                    return False
                if self._claimed(call, settings):
                    return True
        raise ProviderRefused("Too many calls are started at once; try again.", Refusal.UNAVAILABLE)

    def unclaim(self, call: ChimeCall) -> None:
        """Remove a call that surely never began. A repeat, and the removal of a call that goes on, change nothing."""
        gone = {
            "Delete": {
                "TableName": self._name,
                "Key": _call_key(call.account, call.id),
                "ConditionExpression": "version = :version",
                "ExpressionAttributeValues": to_item({":version": call.version}),
            }
        }
        with suppress(ConditionFailed), named_errors():
            self._client.transact_write_items(
                TransactItems=[gone, self._lines.freed(call.account, call.channels)]  # type: ignore[list-item]
            )

    def get(self, account: str, call_id: str) -> ChimeCall | None:
        """Return the call as of the last write."""
        if not is_key(f"{account}#chime:{call_id}"):
            return None
        found = self._client.get_item(TableName=self._name, Key=_call_key(account, call_id), ConsistentRead=True)
        return load(found["Item"]["data"]["S"], ChimeCall) if "Item" in found else None

    def change(self, before: ChimeCall, after: ChimeCall) -> ChimeCall | None:
        """Write a changed call; the end of the call frees its channels. Returns None if the version differs."""
        kept = replace(after, version=before.version + 1)
        items = [self._put(kept, "version = :before", {":before": before.version})]
        if kept.ended_at and not before.ended_at:
            items.append(self._lines.freed(kept.account, kept.channels))
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=items)
        except ConditionFailed:
            return None
        return kept

    def link(self, transaction: str, account: str, call_id: str) -> None:
        """Write whose a transaction is."""
        own = {"owner": account, "call": call_id, "expires_at": int(time.time() + KEPT_FOR.total_seconds())}
        self._client.put_item(TableName=self._name, Item={**_link_key(transaction), **to_item(own)})

    def linked(self, transaction: str) -> tuple[str, str] | None:
        """Return account and id of a transaction's call."""
        if not is_key(f"{transaction}#transaction"):
            return None
        found = self._client.get_item(TableName=self._name, Key=_link_key(transaction), ConsistentRead=True)
        return (found["Item"]["owner"]["S"], found["Item"]["call"]["S"]) if "Item" in found else None

    def _claimed(self, call: ChimeCall, settings: ChimeSettings) -> bool:
        """Write a new call. Returns False if another call changed the line, so that the caller may try again."""
        line = self._lines.get(call.account)
        after = take_channel(line, int(call.began_at.timestamp() * 1000), settings, call.channels)
        items = [self._put(call, "attribute_not_exists(pk)", {}), self._lines.taken(call.account, line, after)]
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=items)
        except TryAgain:
            return False
        except ConditionFailed:
            return False
        return True

    def _put(self, call: ChimeCall, condition: str, values: dict[str, Any]) -> Any:
        own = {
            "data": dump(call),
            "version": call.version,
            "expires_at": int((call.began_at + KEPT_FOR).timestamp()),
        }
        return put_if(self._name, {**_call_key(call.account, call.id), **to_item(own)}, condition, values)


def _call_key(account: str, call_id: str) -> Any:
    return to_item({"pk": f"{account}#chime:{call_id}", "sk": "CALL"})


def _link_key(transaction: str) -> Any:
    return to_item({"pk": f"{transaction}#transaction", "sk": "TRANSACTION"})
