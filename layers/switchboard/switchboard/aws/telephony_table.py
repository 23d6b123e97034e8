"""Commands and simulated calls (`simulated_calls.py`): one table for telephony.

| pk                             | sk      | what                        | listing, at (index by_time) |
|--------------------------------|---------|-----------------------------|-----------------------------|
| <account>#command:<id>         | COMMAND | a command                   | <account>, when it was made |
| <account>#claim:<digest>       | CLAIM   | the command that holds a key|                             |
| <account>#simulated:<call>     | CALL    | a simulated call            |                             |
| <account>#simulator            | LINE    | its channels                |                             |
| <account>#busy:<extension>     | BUSY    | the extension's current call|                             |
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.table import ConditionFailed, is_key, named_errors, newest_first, to_item
from switchboard.errors import TryAgain
from switchboard.telephony.model import Command, CommandState
from switchboard.telephony.ports import ANSWERS, IdempotencyClaim

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=400)  # as calls
CLAIM_KEPT_FOR = timedelta(days=1)  # after the end of a claim
ATTEMPTS = 8
CONFLICT_WAIT = 1.0
KEY = frozenset({"pk", "sk", "listing", "at"})


class TelephonyTable:
    """Port Commands."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def begin(self, command: Command, claim: IdempotencyClaim | None = None) -> Command:
        """Insert a command with its claim in one transaction. If the key is claimed, return the stored command."""
        for _ in range(ATTEMPTS):
            try:
                self._write(command, claim)
            except TryAgain:
                continue  # another request writes the same claim
            except ConditionFailed:
                if claim and (other := self._holder(command.account, claim)):
                    return other
            else:
                return command
        raise TryAgain("The claim changes too fast.", CONFLICT_WAIT)

    def settle(self, command: Command) -> Command:
        """Replace a command, unless the stored state is further on. Return the stored command."""
        answer = command.state in ANSWERS
        state, sign = (CommandState.ACCEPTED, "=") if answer else (CommandState.SUCCEEDED, "<>")
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=_command_key(command.account, command.id),
                    UpdateExpression="SET #data = :data, #state = :new",
                    ConditionExpression=f"attribute_exists(pk) AND #state {sign} :old",
                    ExpressionAttributeNames={"#data": "data", "#state": "state"},
                    ExpressionAttributeValues=to_item(
                        {":data": dump(command), ":new": command.state.value, ":old": state.value}
                    ),
                )
        except ConditionFailed:
            return self.get(command.account, command.id) or command
        return command

    def get(self, account: str, command_id: str) -> Command | None:
        """Return the command as of the last write."""
        key = f"{account}#command:{command_id}"
        if not is_key(key):
            return None
        found = self._client.get_item(
            TableName=self._name, Key=_command_key(account, command_id), ConsistentRead=True
        ).get("Item")
        return load(found["data"]["S"], Command) if found else None

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Command], str | None]:
        """Return a page of an account's commands. The index is eventually consistent."""
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": "by_time",
            "KeyConditionExpression": "listing = :listing",
            "ExpressionAttributeValues": to_item({":listing": account}),
        }
        items, following = newest_first(self._client, query, limit, cursor, KEY)
        return [load(item["data"]["S"], Command) for item in items], following

    def _write(self, command: Command, claim: IdempotencyClaim | None) -> None:
        items = [self._claim_update(command, claim)] if claim else []
        with named_errors():
            self._client.transact_write_items(TransactItems=[*items, self._command_put(command)])

    def _command_put(self, command: Command) -> Any:
        values = {
            "listing": command.account,
            "at": _stamp(command.created_at) + f"#{command.id}",
            "state": command.state.value,
            "data": dump(command),
            "expires_at": int((command.created_at + KEPT_FOR).timestamp()),
        }
        item = {**_command_key(command.account, command.id), **to_item(values)}
        return {"Put": {"TableName": self._name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _claim_update(self, command: Command, claim: IdempotencyClaim) -> Any:
        values = {
            ":command": command.id,
            ":until": _milliseconds(claim.until),
            ":now": _milliseconds(claim.now),
            ":instead": claim.instead_of,
            ":expires": int((claim.until + CLAIM_KEPT_FOR).timestamp()),
        }
        return {
            "Update": {
                "TableName": self._name,
                "Key": _claim_key(command.account, claim),
                "UpdateExpression": "SET command = :command, #until = :until, expires_at = :expires",
                "ConditionExpression": "attribute_not_exists(pk) OR #until <= :now OR command = :instead",
                "ExpressionAttributeNames": {"#until": "until"},
                "ExpressionAttributeValues": to_item(values),
            }
        }

    def _holder(self, account: str, claim: IdempotencyClaim) -> Command | None:
        found = self._client.get_item(TableName=self._name, Key=_claim_key(account, claim), ConsistentRead=True)
        return self.get(account, found["Item"]["command"]["S"]) if "Item" in found else None


def _command_key(account: str, command_id: str) -> Any:
    return to_item({"pk": f"{account}#command:{command_id}", "sk": "COMMAND"})


def _claim_key(account: str, claim: IdempotencyClaim) -> Any:
    """Return the row key of a claim: a digest, because the idempotency key has any length and may hold a number."""
    return to_item({"pk": f"{account}#claim:{hashlib.sha256(claim.key.encode()).hexdigest()}", "sk": "CLAIM"})


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
