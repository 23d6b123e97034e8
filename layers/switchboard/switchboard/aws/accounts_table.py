"""One table for the resources of accounts.

| pk                 | sk               | what            | owner (index by_owner) |
|--------------------|------------------|-----------------|------------------------|
| ACCOUNT#<id>       | ACCOUNT          | an account      | OPERATOR               |
| ACCOUNT#<id>       | EXTENSION#<no.>  | an extension    |                        |
| ACCOUNT#<id>       | COUNTER#<name>   | the last id     |                        |
| ACCOUNT#<id>       | TELEPHONY        | its telephony   |                        |
| ACCOUNT#<id>       | ROUTING          | rules of routing|                        |
| TOKEN#<digest>     | TOKEN            | a token         | <account>              |
| SOURCE#<id>        | SOURCE           | a source        | <account>              |
| SOURCE#<path>      | PATH             | a path of a source that replaced its id |               |
| SOURCE#<id>        | UPSTREAM         | its PBX         | UPSTREAMS              |
| SOURCE#<id>        | SILENCE          | its watch       | SILENCES               |
| SOURCE#<id>        | BOOKMARK         | who reads its stream, and how far     |  |
| OPERATORS          | OPERATORS        | all operators; see `operators`        |          |
| ERASURE#<id>       | ERASURE, MARK#…  | an erasure; see `erasures`            | ERASURES |
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from switchboard.accounts.model import Account, Extension, Source, SourceAlias, Token
from switchboard.aws.codec import dump
from switchboard.aws.table import ConditionFailed, from_item, is_key, load_row, named_errors, row_of, to_item
from switchboard.errors import Conflict
from switchboard.telephony.model import AccountTelephony

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
OPERATOR = "OPERATOR"
KNOWN = frozenset({"pk", "sk", "owner", "version", "data"})


class AccountsTable:
    """The table: each row is a JSON document with a key and an owner."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def read(self, pk: str, sk: str, kind: type[T]) -> T | None:
        """Return the document at a key as of the last write, None without a row."""
        if not is_key(pk, sk):
            return None
        found = self._client.get_item(TableName=self._name, Key=to_item({"pk": pk, "sk": sk}), ConsistentRead=True)
        return load_row(found["Item"], kind, KNOWN) if "Item" in found else None

    def put(self, pk: str, sk: str, document: Any) -> None:
        """Upsert a document."""
        self._client.put_item(TableName=self._name, Item=row_of(document, {"pk": pk, "sk": sk, "data": dump(document)}))

    def write(self, pk: str, sk: str, document: Any, owner: str | None, *, new: bool) -> None:
        """Insert or replace a document. Raises Conflict if a `new` key exists, or an old key does not."""
        item = row_of(document, {"pk": pk, "sk": sk, "owner": owner, "data": dump(document)})
        self._put(item, {"ConditionExpression": "attribute_not_exists(pk)" if new else "attribute_exists(pk)"}, new=new)

    def write_version(self, pk: str, sk: str, document: Any, owner: str | None, version: int) -> None:
        """Insert version 0, or replace the version before. Raises Conflict if the stored version is another."""
        item = row_of(document, {"pk": pk, "sk": sk, "owner": owner, "version": version, "data": dump(document)})
        if version:
            self._put(item, _is_version(version - 1), new=False)
        else:
            self._put(item, {"ConditionExpression": "attribute_not_exists(pk)"}, new=True)

    def remove_version(self, pk: str, sk: str, version: int) -> None:
        """Remove a document, if present. Raises Conflict if the stored version is another."""
        condition = _is_version(version)
        condition["ConditionExpression"] += " OR attribute_not_exists(pk)"
        try:
            with named_errors():
                self._client.delete_item(TableName=self._name, Key=to_item({"pk": pk, "sk": sk}), **condition)
        except ConditionFailed:
            raise Conflict(
                "Another request changed this resource: read it again, and repeat the change.", "id"
            ) from None

    def remove(self, pk: str, sk: str) -> bool:
        """Remove a document. Returns whether the row existed."""
        if not is_key(pk, sk):
            return False
        gone = self._client.delete_item(TableName=self._name, Key=to_item({"pk": pk, "sk": sk}), ReturnValues="ALL_OLD")
        return "Attributes" in gone

    def under(self, pk: str, sk_prefix: str, kind: type[T]) -> list[T]:
        """Return the documents of a partition whose sort keys have this prefix."""
        return self._query(
            kind,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues=to_item({":pk": pk, ":sk": sk_prefix}),
            ConsistentRead=True,
        )

    def owned(self, owner: str, pk_prefix: str, kind: type[T]) -> list[T]:
        """Return an owner's documents whose keys have this prefix. The index is eventually consistent."""
        return self._query(
            kind,
            IndexName="by_owner",
            KeyConditionExpression="#owner = :owner AND begins_with(pk, :pk)",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues=to_item({":owner": owner, ":pk": pk_prefix}),
        )

    def count_up(self, account: str, counter: str) -> int:
        """Increment a counter atomically and return the new value, from 1."""
        answer = self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": f"ACCOUNT#{account}", "sk": f"COUNTER#{counter}"}),
            UpdateExpression="ADD #last :one",
            ExpressionAttributeNames={"#last": "last"},
            ExpressionAttributeValues=to_item({":one": 1}),
            ReturnValues="UPDATED_NEW",
        )
        return int(from_item(answer["Attributes"])["last"])

    def _put(self, item: Any, condition: Any, *, new: bool) -> None:
        try:
            with named_errors():
                self._client.put_item(TableName=self._name, Item=item, **condition)
        except ConditionFailed:
            raise Conflict(
                "This id is taken: choose another."
                if new
                else "Another request changed or removed this resource: read it again.",
                "id",
            ) from None

    def _query(self, kind: type[T], **query: Any) -> list[T]:
        pages = self._client.get_paginator("query").paginate(TableName=self._name, **query)
        return [load_row(item, kind, KNOWN) for page in pages for item in page["Items"]]

    @cached_property
    def accounts(self) -> AccountRows:
        """The accounts in the table."""
        return AccountRows(self)

    @cached_property
    def tokens(self) -> TokenRows:
        """The tokens in the table."""
        return TokenRows(self)

    @cached_property
    def sources(self) -> SourceRows:
        """The sources in the table."""
        return SourceRows(self)

    @cached_property
    def extensions(self) -> ExtensionRows:
        """The extensions in the table."""
        return ExtensionRows(self)

    @cached_property
    def telephonies(self) -> TelephonyRows:
        """The accounts' telephonies in the table."""
        return TelephonyRows(self)


def _is_version(version: int) -> Any:
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": to_item({":version": version}),
    }


class AccountRows:
    """Port Accounts."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def add(self, account: Account) -> None:
        """Insert an account. Raises Conflict for a taken id."""
        self._table.write(f"ACCOUNT#{account.id}", "ACCOUNT", account, OPERATOR, new=True)

    def get(self, account_id: str) -> Account | None:
        """The account of this id."""
        return self._table.read(f"ACCOUNT#{account_id}", "ACCOUNT", Account)

    def save(self, account: Account) -> None:
        """Replace an account."""
        self._table.write(f"ACCOUNT#{account.id}", "ACCOUNT", account, OPERATOR, new=False)

    def remove(self, account_id: str) -> None:
        """Remove an account's own row."""
        self._table.remove(f"ACCOUNT#{account_id}", "ACCOUNT")

    def all(self) -> list[Account]:
        """Every account, by id."""
        return self._table.owned(OPERATOR, "ACCOUNT#", Account)


class TokenRows:
    """Port Tokens."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def add(self, token: Token) -> None:
        """Insert a token."""
        self._table.write(f"TOKEN#{token.digest}", "TOKEN", token, token.account, new=True)

    def by_digest(self, digest: str) -> Token | None:
        """The token whose text has this digest."""
        return self._table.read(f"TOKEN#{digest}", "TOKEN", Token)

    def of_account(self, account_id: str) -> list[Token]:
        """Return an account's tokens, including revoked tokens."""
        return sorted(self._table.owned(account_id, "TOKEN#", Token), key=lambda token: token.created_at)

    def save(self, token: Token) -> None:
        """Replace a token."""
        self._table.write(f"TOKEN#{token.digest}", "TOKEN", token, token.account, new=False)


class SourceRows:
    """Port Sources."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def add(self, source: Source) -> None:
        """Insert a source. Raises Conflict for a taken id."""
        self._table.write(f"SOURCE#{source.id}", "SOURCE", source, source.account, new=True)

    def get(self, source_id: str) -> Source | None:
        """The source of this id."""
        return self._table.read(f"SOURCE#{source_id}", "SOURCE", Source)

    def at_path(self, key: str) -> Source | None:
        """The source with this id, or with a path that replaced the id."""
        if found := self.get(key):
            return found
        alias = self._table.read(f"SOURCE#{key}", "PATH", SourceAlias)
        return self.get(alias.source) if alias else None

    def add_path(self, source: Source, key: str) -> None:
        """Insert a path of a source."""
        self._table.write(f"SOURCE#{key}", "PATH", SourceAlias(source.account, source.id), None, new=True)

    def of_account(self, account_id: str) -> list[Source]:
        """An account's sources."""
        return sorted(self._table.owned(account_id, "SOURCE#", Source), key=lambda source: source.created_at)

    def save(self, source: Source) -> None:
        """Replace a source."""
        self._table.write(f"SOURCE#{source.id}", "SOURCE", source, source.account, new=False)

    def remove(self, source_id: str) -> None:
        """Forget a source, or a path."""
        for kind in ("SOURCE", "PATH"):
            self._table.remove(f"SOURCE#{source_id}", kind)


class ExtensionRows:
    """Port Extensions."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def add(self, account_id: str, number: str, name: str) -> Extension:
        """Insert an extension under the next id. Raises Conflict for a taken number."""
        extension = Extension(account_id, self._table.count_up(account_id, "extension"), number, name)
        try:
            self._table.write(f"ACCOUNT#{account_id}", f"EXTENSION#{number}", extension, None, new=True)
        except Conflict as error:
            raise Conflict(error.message, "number") from None
        return extension

    def of_account(self, account_id: str) -> list[Extension]:
        """An account's extensions by id."""
        found = self._table.under(f"ACCOUNT#{account_id}", "EXTENSION#", Extension)
        return sorted(found, key=lambda extension: extension.id)

    def remove(self, account_id: str, number: str) -> bool:
        """Remove an extension. Returns whether the row existed."""
        return self._table.remove(f"ACCOUNT#{account_id}", f"EXTENSION#{number}")


class TelephonyRows:
    """Port Telephonies."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def get(self, account: str) -> AccountTelephony | None:
        """Return the account's telephony, None without a choice."""
        return self._table.read(f"ACCOUNT#{account}", "TELEPHONY", AccountTelephony)

    def save(self, telephony: AccountTelephony) -> None:
        """Upsert an account's telephony."""
        self._table.put(f"ACCOUNT#{telephony.account}", "TELEPHONY", telephony)

    def remove(self, account: str) -> None:
        """Remove an account's telephony."""
        self._table.remove(f"ACCOUNT#{account}", "TELEPHONY")
