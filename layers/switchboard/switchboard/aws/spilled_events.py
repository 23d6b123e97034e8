"""Call events that the queue of events refused: rows of the table of activity, then objects of a bucket.

| pk           | sk                                   | what                                       |
|--------------|--------------------------------------|--------------------------------------------|
| SPILLED      | <digest of lane>#<received at>#<id>  | `account`, `call`, and the event in `data` |
| SPILLED-FLAG | FLAG                                 | as long as rows may be there: `at`, `token`|

The bucket holds `spilled/<account>/<digest of lane>/<received at>_<id>`. It holds `spilled.flag` as long as objects may
be there. S3 sells a GET for a twelfth of the price of a listing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from switchboard.aws.codec import dump, load, pack, unpack
from switchboard.aws.messages import event_text
from switchboard.aws.table import from_item, to_item
from switchboard.intake.ports import SpilledLane, SpillFlag
from switchboard.kernel.call import CallEvent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

PARTITION, FOLDER, FLAG = "SPILLED", "spilled/", "spilled.flag"
FLAG_KEY = {"pk": "SPILLED-FLAG", "sk": "FLAG"}
STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"  # of one length, so that texts sort as times
STAMP_LENGTH = len("2026-01-01T00:00:00.000000Z")
LAST = "~"  # sorts after every letter of a key
MISSING = frozenset({"404", "NoSuchKey"})
EMPTY = b'{"at":"2026-01-01T00:00:00.000000Z","token":""}'  # the meaning of the flag of an earlier release
RAISED_SINCE = frozenset({"412", "PreconditionFailed", "ConditionalCheckFailedException"})


class SpilledRows:
    """Port SpillPlace: rows of one partition, each of one event."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def flag(self) -> SpillFlag | None:
        """Return the row of the flag by a strongly consistent query."""
        found = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": FLAG_KEY["pk"]}),
            ConsistentRead=True,
        )["Items"]
        return _flag(from_item(found[0])) if found else None

    def raise_flag(self, at: datetime) -> None:
        """Write the row of the flag with a new token."""
        self._client.put_item(TableName=self._table, Item=to_item({**FLAG_KEY, **_new_flag(at)}))

    def lower_flag(self, flag: SpillFlag) -> None:
        """Delete the row if its token is the flag's."""
        with _unless(RAISED_SINCE):
            self._client.delete_item(
                TableName=self._table,
                Key=to_item(FLAG_KEY),
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues=to_item({":token": flag.token}),
            )

    def keep(self, event: CallEvent) -> None:
        """Write the event's row. Raises TooLarge as the queue does."""
        event_text(event)
        row = {**_key(event), "account": event.account, "call": event.call_id, "data": pack(event)}
        self._client.put_item(TableName=self._table, Item=to_item(row))

    def is_empty(self) -> bool:
        """Whether the partition has no row, as of the last write."""
        return not self._query("", LAST, ProjectionExpression="sk", Limit=1, ConsistentRead=True)

    def of_lane(self, event: CallEvent) -> list[CallEvent]:
        """Return the lane's events up to the event, as of the last write, a page at most."""
        lane = _lane(event)
        found = self._query(f"{lane}#", f"{lane}#{_stamp(event.received_at)}#{LAST}", ConsistentRead=True)
        return [unpack(item["data"]["B"], CallEvent) for item in found]

    def lanes(self) -> Iterator[SpilledLane]:
        """Yield each lane by two small reads, whatever the number of its events."""
        last = ""
        while found := self._query(last, LAST, Limit=1):
            lane = found[0]["sk"]["S"].partition("#")[0]
            newest = self._query(f"{lane}#", f"{lane}#{LAST}", Limit=1, ScanIndexForward=False)
            if newest:
                yield SpilledLane(
                    _received_at(found[0]["sk"]["S"].partition("#")[2]), unpack(newest[0]["data"]["B"], CallEvent)
                )
            last = f"{lane}#{LAST}"

    def remove(self, event: CallEvent) -> None:
        """Delete the event's row."""
        self._client.delete_item(TableName=self._table, Key=to_item(_key(event)))

    def _query(self, first: str, last: str, **how: Any) -> list[Any]:
        return self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":pk": PARTITION, ":first": first or "0", ":last": last}),
            **how,
        )["Items"]


class SpilledObjects:
    """Port SpillPlace: objects of a bucket. `told` hears of a bucket that could not be asked for its flag."""

    def __init__(self, client: S3Client, bucket: str, told: Callable[[Exception], object] = lambda _: None) -> None:
        self._client, self._bucket, self._told = client, bucket, told

    def flag(self) -> SpillFlag | None:
        """Return the flag. The flag of a bucket that cannot be asked counts as down: S3 must not stop all calls."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=FLAG)
        except ClientError as error:
            if error.response["Error"]["Code"] not in MISSING:
                self._told(error)
            return None
        except Exception as error:  # noqa: BLE001 - a lost answer, as above
            self._told(error)
            return None
        return SpillFlag(_flag(load(found["Body"].read() or EMPTY, dict[str, str])).at, found["ETag"])

    def raise_flag(self, at: datetime) -> None:
        """Write the object of the flag with a new token."""
        self._put(FLAG, dump(_new_flag(at)))

    def lower_flag(self, flag: SpillFlag) -> None:
        """Delete the object if it still holds the flag."""
        with _unless(MISSING | RAISED_SINCE):
            self._client.delete_object(Bucket=self._bucket, Key=FLAG, IfMatch=flag.token)

    def keep(self, event: CallEvent) -> None:
        """Write the event's object. Raises TooLarge as the queue does."""
        self._put(_object_key(event), event_text(event))

    def is_empty(self) -> bool:
        """Whether the folder has no object."""
        return not self._keys(FOLDER, MaxKeys=1)

    def of_lane(self, event: CallEvent) -> list[CallEvent]:
        """Return the lane's events up to the event, a page at most."""
        last = _object_key(event)
        return [self._read(key) for key in self._keys(_folder(event)) if key <= last]

    def lanes(self) -> Iterator[SpilledLane]:
        """Yield each lane by a listing of its objects."""
        last = ""
        while found := self._keys(FOLDER, StartAfter=last or FOLDER, MaxKeys=1):
            folder = found[0].rpartition("/")[0] + "/"
            keys = self._keys(folder)
            if keys:
                yield SpilledLane(_received_at(found[0].rpartition("/")[2]), self._read(keys[-1]))
            last = folder + LAST

    def remove(self, event: CallEvent) -> None:
        """Delete the event's object."""
        self._client.delete_object(Bucket=self._bucket, Key=_object_key(event))

    def _put(self, key: str, text: str) -> None:
        self._client.put_object(Bucket=self._bucket, Key=key, Body=text.encode(), ContentType="application/json")

    def _keys(self, prefix: str, **how: Any) -> list[str]:
        page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **how)
        return [one["Key"] for one in page.get("Contents", [])]

    def _read(self, key: str) -> CallEvent:
        return load(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read(), CallEvent)


@contextmanager
def _unless(codes: frozenset[str]) -> Iterator[None]:
    """Pass over errors with these codes."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in codes:
            raise


def _new_flag(at: datetime) -> dict[str, str]:
    return {"at": _stamp(at), "token": uuid4().hex}


def _flag(row: Mapping[str, str]) -> SpillFlag:
    return SpillFlag(_received_at(row["at"]), row["token"])


def _key(event: CallEvent) -> dict[str, str]:
    return {"pk": PARTITION, "sk": f"{_lane(event)}#{_stamp(event.received_at)}#{event.id}"}


def _object_key(event: CallEvent) -> str:
    return f"{_folder(event)}{_stamp(event.received_at)}_{event.id}"


def _folder(event: CallEvent) -> str:
    return f"{FOLDER}{event.account}/{_lane(event)}/"


def _lane(event: CallEvent) -> str:
    return hashlib.sha256(f"{event.account}:{event.lane}".encode()).hexdigest()[:32]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime(STAMP)


def _received_at(key: str) -> datetime:
    """Return the time at the beginning of the last part of a key."""
    return datetime.strptime(key[:STAMP_LENGTH], STAMP).replace(tzinfo=UTC)
