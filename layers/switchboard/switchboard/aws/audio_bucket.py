"""The bytes of campaigns' audio, in S3: what is kept under `audio/`, what clients upload under `uploads/`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from switchboard.aws.recordings_bucket import RecordingsBucket
from switchboard.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOAD_LIFE = 900  # seconds
GONE = frozenset({"404", "NoSuchKey", "NotFound"})


class AudioBucket:
    """Port AudioStore."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, key: str, content_type: str, file: Path) -> None:
        """S3 checks what it gets by its checksum."""
        with file.open("rb") as body:
            self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType=content_type)

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """The object is opened at once, and read as it is asked for."""
        return RecordingsBucket(self._client, self._name).read(key, first, last)

    def whole(self, key: str) -> bytes:
        """All of what is there; NotFound where nothing is."""
        try:
            return self._client.get_object(Bucket=self._name, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise NotFound("The audio file is no longer kept.", "files") from error
            raise

    def size(self, key: str) -> int | None:
        """The size of what is there."""
        try:
            return self._client.head_object(Bucket=self._name, Key=key)["ContentLength"]
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise

    def keep_only(self, folder: str, keys: Iterable[str]) -> None:
        """Remove what else there is."""
        kept = set(keys)
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=folder):
            for found in page.get("Contents", []):
                if found["Key"] not in kept:
                    self._client.delete_object(Bucket=self._name, Key=found["Key"])

    def upload_link(self, key: str, size: int) -> str:
        """A signed address; the size is signed with it."""
        wanted = {"Bucket": self._name, "Key": key, "ContentLength": size}
        return self._client.generate_presigned_url("put_object", Params=wanted, ExpiresIn=UPLOAD_LIFE)
