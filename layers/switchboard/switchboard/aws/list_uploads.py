"""Uploads of lists: expected uploads in CampaignsTable, uploaded objects in S3.

| pk            | sk                 | what                    |
|---------------|--------------------|-------------------------|
| account#<A>   | list_upload#<id>   | an expected upload      |
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from switchboard.aws.audiences_bucket import GONE
from switchboard.aws.codec import dump, load
from switchboard.aws.table import Item, is_key, to_item
from switchboard.kernel.campaign import ListUpload

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

LINK_LIFE = 900  # seconds
KEPT_FOR = timedelta(days=1)


class ListUploads:
    """Port Uploads."""

    def __init__(
        self, dynamodb: DynamoDBClient, table: str, s3: S3Client, bucket: str, clock: Callable[[], datetime]
    ) -> None:
        self._dynamodb, self._table = dynamodb, table
        self._s3, self._bucket = s3, bucket
        self._clock = clock

    def expect(self, upload: ListUpload) -> str:
        """Store an expected upload. Return a signed URL for this size and media type."""
        row = to_item({"data": dump(upload), "expires_at": int((self._clock() + KEPT_FOR).timestamp())})
        self._dynamodb.put_item(TableName=self._table, Item={**_row_key(upload.account, upload.id), **row})
        wanted = {
            "Bucket": self._bucket,
            "Key": _key(upload),
            "ContentType": upload.kind,
            "ContentLength": upload.size,
        }
        return self._s3.generate_presigned_url("put_object", Params=wanted, ExpiresIn=LINK_LIFE, HttpMethod="PUT")

    def expected(self, account: str, id_: str) -> ListUpload | None:
        """Return an expected upload as of the last write."""
        if not is_key(account, id_):
            return None
        found = self._dynamodb.get_item(TableName=self._table, Key=_row_key(account, id_), ConsistentRead=True)
        return load(found["Item"]["data"]["S"], ListUpload) if "Item" in found else None

    def read(self, upload: ListUpload) -> bytes | None:
        """Return the uploaded bytes, at most the expected size, None without an object."""
        try:
            part = f"bytes=0-{upload.size - 1}"
            return self._s3.get_object(Bucket=self._bucket, Key=_key(upload), Range=part)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise

    def remove(self, upload: ListUpload) -> None:
        """Remove the object; a missing object is no error. The row expires."""
        self._s3.delete_object(Bucket=self._bucket, Key=_key(upload))


def _key(upload: ListUpload) -> str:
    return f"uploads/{upload.account}/{upload.id}"


def _row_key(account: str, id_: str) -> Item:
    return to_item({"pk": f"account#{account}", "sk": f"list_upload#{id_}"})
