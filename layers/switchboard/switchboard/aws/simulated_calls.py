"""Simulated calls, channels in use and busy extensions: rows of the table of telephony."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.line_rows import LineRows
from switchboard.aws.table import ConditionFailed, is_key, named_errors, put_if, to_item
from switchboard.errors import Conflict, Duplicate, ProviderRefused, Refusal, TryAgain
from switchboard.telephony.line import take_channel
from switchboard.telephony.simulator.model import SimulatedCall, SimulatorSettings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=15)  # longer than a message may stay in the queue
ATTEMPTS = 20  # for calls that begin at the same instant
FAILED = "ConditionalCheckFailed"
CALL, LINE, BUSY = 0, 1, 2  # places in a transaction
EXTENSION_BUSY = "The extension has a call."


class SimulatedCallRows:
    """Port SimulatedCalls. The transaction that begins a call takes a channel; the last one frees the channel."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        self._lines = LineRows(client, name, "simulator")
        self._line_lock = Lock()  # calls of one process would conflict at the row of the line

    def begin(self, call: SimulatedCall, settings: SimulatorSettings) -> None:
        """Write the call, take a channel, and mark the extension as busy. Raises Duplicate and ProviderRefused."""
        for _ in range(ATTEMPTS):
            if self.get(call.account, call.id):
                raise Duplicate("The call is there.")
            with self._line_lock:
                if self._begun(call, settings):
                    return
        raise ProviderRefused("Too many calls are started at once; try again.", Refusal.UNAVAILABLE)

    def get(self, account: str, call_id: str) -> SimulatedCall | None:
        """Return the call as of the last write."""
        if not is_key(f"{account}#simulated:{call_id}"):
            return None
        found = self._client.get_item(TableName=self._name, Key=_call_key(account, call_id), ConsistentRead=True)
        return load(found["Item"]["data"]["S"], SimulatedCall) if "Item" in found else None

    def change(self, before: SimulatedCall, after: SimulatedCall) -> SimulatedCall | None:
        """Write the call, and free or take channels and extensions. Returns None if the version differs."""
        kept = replace(after, version=before.version + 1)
        put = self._put(kept, "version = :before", {":before": before.version})
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=[put, *self._given_back(before, after)])
        except ConditionFailed as failed:
            if failed.reasons[CALL] == FAILED:
                return None
            raise Conflict(EXTENSION_BUSY, "to") from None
        return kept

    def _begun(self, call: SimulatedCall, settings: SimulatorSettings) -> bool:
        """Write a new call. Returns False if another call changed the line, so that the caller may try again."""
        line = self._lines.get(call.account)
        after = take_channel(line, int(call.began_at.timestamp() * 1000), settings)
        items = [self._put(call, "attribute_not_exists(pk)", {}), self._lines.taken(call.account, line, after)]
        items += [self._busy_put(call)] if call.holder else []
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=items)
        except TryAgain:
            return False
        except ConditionFailed as failed:
            if failed.reasons[CALL] == FAILED:
                raise Duplicate("The call is there.") from None
            if failed.reasons[LINE] == FAILED:
                return False
            raise Conflict(EXTENSION_BUSY, "extension") from None
        return True

    def _put(self, call: SimulatedCall, condition: str, values: dict[str, Any]) -> Any:
        own = {
            "data": dump(call),
            "version": call.version,
            "expires_at": int((call.began_at + KEPT_FOR).timestamp()),
        }
        return put_if(self._name, {**_call_key(call.account, call.id), **to_item(own)}, condition, values)

    def _given_back(self, before: SimulatedCall, after: SimulatedCall) -> list[Any]:
        items: list[Any] = []
        if after.ended and not before.ended:
            items.append(self._lines.freed(before.account))
        if before.holder and (after.ended or after.holder != before.holder):
            key = _busy_key(before.account, before.holder)
            items.append({"Delete": {"TableName": self._name, "Key": key}})
        if after.holder != before.holder and not after.ended:
            items.append(self._busy_put(after))
        return items

    def _busy_put(self, call: SimulatedCall) -> Any:
        item = {**_busy_key(call.account, call.holder), **to_item({"call": call.id})}
        return {"Put": {"TableName": self._name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def _call_key(account: str, call_id: str) -> Any:
    return to_item({"pk": f"{account}#simulated:{call_id}", "sk": "CALL"})


def _busy_key(account: str, extension: str) -> Any:
    return to_item({"pk": f"{account}#busy:{extension}", "sk": "BUSY"})
