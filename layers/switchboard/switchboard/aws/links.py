"""Links between calls and CRMs' communications, in CommunicationsTable.

| pk                             | sk                           | what                                             |
|--------------------------------|------------------------------|--------------------------------------------------|
| <account>#connector:<id>       | CALL#<digest>                | the CRM's id of a call; when it was registered   |
| <account>#connector:<id>       | COMMUNICATION#<digest>       | a call, by the CRM's id                          |
| <account>#connector:<id>       | ASKED#<digest>               | a call that the CRM asked for, by the CRM's id   |
| <account>#connector:<id>       | NUMBER#<digits>#<at>#<dig.>  | the same, by number and time                     |
| <account>#connector:<id>       | FILE#<digest>                | the recording of a call that the CRM was given   |
| <account>#connector:<id>       | FACTS#<digest>               | what messages about a call left                  |
| <account>#connector:           | REDIRECT#<digest>            | a call that was to be put through                |

Partitions of workspaces contain no colon, so these keys cannot collide with them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.table import ConditionFailed, Item, from_item, named_errors, to_item
from switchboard.kernel.communication import CrmCallRequest, UploadedFile
from switchboard.kernel.ids import plain_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=400)  # as long as calls


class LinkRows:
    """Port Links."""

    def __init__(self, client: DynamoDBClient, name: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._name = name
        self._clock = clock

    def communication_of(self, account: str, connector: str, call_id: str) -> str:
        """Return the CRM's id of a call, empty without a link."""
        return str(self._read(_key(account, connector, "CALL", call_id)).get("communication", ""))

    def call_of(self, account: str, connector: str, communication_id: str) -> str:
        """Return the call of a CRM's id, empty without a link."""
        return str(self._read(_key(account, connector, "COMMUNICATION", communication_id)).get("call", ""))

    def link(self, account: str, connector: str, call_id: str, communication_id: str) -> None:
        """Write the link in both directions. A repeat changes nothing."""
        self._set(_key(account, connector, "COMMUNICATION", communication_id), "call", call_id)
        self._set(_key(account, connector, "CALL", call_id), "communication", communication_id)

    def unlink(self, account: str, connector: str, call_id: str) -> None:
        """Remove the CRM's id of a call, and the time of registration."""
        self._client.update_item(
            TableName=self._name,
            Key=_key(account, connector, "CALL", call_id),
            UpdateExpression="SET expires_at = :expires REMOVE communication, registered_at",
            ExpressionAttributeValues=to_item({":expires": self._expiry()}),
        )

    def note_registered(self, account: str, connector: str, call_id: str, at: datetime) -> None:
        """Record that the call is registered with the CRM."""
        self._set(_key(account, connector, "CALL", call_id), "registered_at", at.isoformat())

    def registered(self, account: str, connector: str, call_id: str) -> bool:
        """Whether the call is registered with the CRM."""
        return "registered_at" in self._read(_key(account, connector, "CALL", call_id))

    def file_of(self, account: str, connector: str, call_id: str) -> UploadedFile | None:
        """Return the recording that the CRM was given for a call."""
        found = self._read(_key(account, connector, "FILE", call_id))
        return load(found["data"], UploadedFile) if found else None

    def keep_file(self, account: str, connector: str, call_id: str, file: UploadedFile) -> None:
        """Store the recording that the CRM was given for a call. A repeat changes nothing."""
        self._set(_key(account, connector, "FILE", call_id), "data", dump(file))

    def facts_of(self, account: str, connector: str, call_id: str) -> dict[str, str]:
        """Return the facts of a call that earlier messages left."""
        found = self._read(_key(account, connector, "FACTS", call_id))
        return dict(json.loads(found["data"])) if found else {}

    def keep_facts(self, account: str, connector: str, call_id: str, facts: Mapping[str, str]) -> None:
        """Replace the facts of a call. A repeat changes nothing."""
        self._set(_key(account, connector, "FACTS", call_id), "data", json.dumps(dict(facts), ensure_ascii=False))

    def claim_redirect(self, account: str, call_id: str) -> bool:
        """Claim the redirect of a call, once for all connectors. Returns False for a claimed call."""
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=_key(account, "", "REDIRECT", call_id),
                    UpdateExpression="SET expires_at = :expires",
                    ConditionExpression="attribute_not_exists(pk)",
                    ExpressionAttributeValues=to_item({":expires": self._expiry()}),
                )
        except ConditionFailed:
            return False
        return True

    def add_request(self, asked: CrmCallRequest) -> CrmCallRequest:
        """Insert if absent, by id and by number, in one transaction. Return the stored request."""
        by_id = _key(asked.account, asked.connector, "ASKED", asked.communication_id)
        row = to_item({"data": dump(asked), "expires_at": self._expiry()})
        puts: Any = [
            {
                "Put": {
                    "TableName": self._name,
                    "Item": {**key, **row},
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
            for key in (by_id, _number_key(asked))
        ]
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=puts)
        except ConditionFailed:
            return load(self._read(by_id)["data"], CrmCallRequest)
        return asked

    def requests(self, account: str, connector: str, number: str, since: datetime) -> list[CrmCallRequest]:
        """Return the requests for a number since a time, each with its call, if claimed."""
        start = f"NUMBER#{number}#"
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :from AND :to",
            ExpressionAttributeValues=to_item(
                {":pk": _pk(account, connector), ":from": start + _stamp(since), ":to": f"{start}~"}
            ),
            ConsistentRead=True,
        )
        rows = map(from_item, answer["Items"])
        return [replace(load(row["data"], CrmCallRequest), call_id=row.get("call", "")) for row in rows]

    def claim(self, asked: CrmCallRequest, call_id: str) -> bool:
        """Claim a request for a call. Returns False if another call holds the claim."""
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=_number_key(asked),
                    UpdateExpression="SET #call = :call",
                    ConditionExpression="attribute_exists(pk) AND (attribute_not_exists(#call) OR #call = :call)",
                    ExpressionAttributeNames={"#call": "call"},
                    ExpressionAttributeValues=to_item({":call": call_id}),
                )
        except ConditionFailed:
            return False
        return True

    def _read(self, key: Item) -> dict[str, Any]:
        found = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")
        return from_item(found) if found else {}

    def _set(self, key: Item, name: str, value: str) -> None:
        self._client.update_item(
            TableName=self._name,
            Key=key,
            UpdateExpression="SET #name = :value, expires_at = :expires",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues=to_item({":value": value, ":expires": self._expiry()}),
        )

    def _expiry(self) -> int:
        return int((self._clock() + KEPT_FOR).timestamp())


def _pk(account: str, connector: str) -> str:
    return f"{account}#connector:{connector}"


def _key(account: str, connector: str, what: str, id_: str) -> Item:
    return to_item({"pk": _pk(account, connector), "sk": f"{what}#{_digest(id_)}"})


def _number_key(asked: CrmCallRequest) -> Item:
    place = f"NUMBER#{asked.key}#{_stamp(asked.at)}#{_digest(asked.communication_id)[:16]}"
    return to_item({"pk": _pk(asked.account, asked.connector), "sk": place})


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _digest(text: str) -> str:
    return hashlib.sha256(plain_id(text).encode()).hexdigest()
