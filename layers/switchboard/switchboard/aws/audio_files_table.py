"""Audio files of campaigns, and uploads, in CampaignsTable.

| pk                | sk            | what                                           |
|-------------------|---------------|------------------------------------------------|
| account#<account> | audio#<id>    | a stored file with its revision                 |
| account#<account> | upload#<id>   | an expected upload, kept for a day             |
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from switchboard.aws.codec import NOT_A_CURSOR, dump, dump_cursor, load, load_cursor
from switchboard.aws.table import ConditionFailed, Item, from_item, is_key, named_errors, to_item
from switchboard.errors import Conflict, Invalid
from switchboard.kernel.campaign_audio import AudioFile, AudioUpload

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
EXPECTED_FOR = timedelta(days=1)
KEY = frozenset({"pk", "sk"})


class AudioFilesTable:
    """Port AudioFiles."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, account: str, id_: str) -> AudioFile | None:
        """Return an account's file as of the last write."""
        return self._read(account, f"audio#{id_}", AudioFile)

    def add(self, file: AudioFile) -> bool:
        """Insert a file. Returns False if the id is taken."""
        row = to_item({"data": dump(file), "revision": file.revision})
        try:
            with named_errors():
                self._client.put_item(
                    TableName=self._name,
                    Item={**_key(file.account, f"audio#{file.id}"), **row},
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except ConditionFailed:
            return False
        return True

    def save(self, before: AudioFile, after: AudioFile) -> bool:
        """Replace a file; a hold stays. Returns False if the stored revision differs from `before`."""
        values = {":before": before.revision, ":revision": after.revision, ":data": dump(after)}
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=_key(after.account, f"audio#{after.id}"),
                    UpdateExpression="SET #data = :data, revision = :revision",
                    ConditionExpression="revision = :before",
                    ExpressionAttributeNames={"#data": "data"},
                    ExpressionAttributeValues=to_item(values),
                )
        except ConditionFailed:
            return False
        return True

    def remove(self, account: str, id_: str, now: datetime) -> None:
        """Remove a file. A missing file is no error; Conflict if a hold lasts."""
        try:
            with named_errors():
                self._client.delete_item(
                    TableName=self._name,
                    Key=_key(account, f"audio#{id_}"),
                    ConditionExpression="attribute_not_exists(held_until) OR held_until <= :now",
                    ExpressionAttributeValues=to_item({":now": int(now.timestamp())}),
                )
        except ConditionFailed:
            raise Conflict("A task that plays this file is being started: try again later.") from None

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[AudioFile], str | None]:
        """Return a page of an account's files, by id."""
        start: Any = {} if cursor is None else {"ExclusiveStartKey": load_cursor(cursor, KEY)}
        try:
            answer = self._client.query(
                TableName=self._name,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :kind)",
                ExpressionAttributeValues=to_item({":pk": f"account#{account}", ":kind": "audio#"}),
                ConsistentRead=True,
                Limit=limit,
                **start,
            )
        except ClientError as error:
            if start and error.response["Error"]["Code"] == "ValidationException":
                raise Invalid(NOT_A_CURSOR, "cursor") from error
            raise
        files = [load(from_item(item)["data"], AudioFile) for item in answer["Items"]]
        return files, dump_cursor(answer.get("LastEvaluatedKey"))

    def expect(self, upload: AudioUpload) -> None:
        """Store an expected upload."""
        expires = int((upload.created_at + EXPECTED_FOR).timestamp())
        row = to_item({"data": dump(upload), "expires_at": expires})
        self._client.put_item(TableName=self._name, Item={**_key(upload.account, f"upload#{upload.id}"), **row})

    def expected(self, account: str, id_: str) -> AudioUpload | None:
        """Return an expected upload of the account."""
        return self._read(account, f"upload#{id_}", AudioUpload)

    def _read(self, account: str, place: str, kind: type[T]) -> T | None:
        if not is_key(place):
            return None
        found = self._client.get_item(TableName=self._name, Key=_key(account, place), ConsistentRead=True)
        return load(from_item(found["Item"])["data"], kind) if "Item" in found else None


def _key(account: str, place: str) -> Item:
    return to_item({"pk": f"account#{account}", "sk": place})
