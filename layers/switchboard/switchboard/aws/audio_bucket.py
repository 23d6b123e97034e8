"""The audio of campaigns in S3: stored files under `audio/`, bytes before their conversion under `originals/`."""

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
        """Store a file. S3 verifies the checksum."""
        with file.open("rb") as body:
            self._client.put_object(Bucket=self._name, Key=key, Body=body, ContentType=content_type)

    def put_wav(self, key: str, data: bytes) -> None:
        """Store the bytes of a WAV file."""
        self._client.put_object(Bucket=self._name, Key=key, Body=data, ContentType="audio/wav")

    def put_original(self, key: str, data: bytes) -> None:
        """Store received bytes. S3 verifies the checksum."""
        self._client.put_object(Bucket=self._name, Key=key, Body=data)

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """Open the object at once, and read it lazily."""
        return RecordingsBucket(self._client, self._name).read(key, first, last)

    def whole(self, key: str) -> bytes:
        """Return all bytes of an object. Raises NotFound."""
        try:
            return self._client.get_object(Bucket=self._name, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise NotFound("The audio file is no longer stored: upload it again.", "files") from error
            raise

    def size(self, key: str) -> int | None:
        """Return the size in bytes, None without an object."""
        try:
            return self._client.head_object(Bucket=self._name, Key=key)["ContentLength"]
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise

    def keep_only(self, folder: str, keys: Iterable[str]) -> None:
        """Remove all other objects of the folder."""
        kept = set(keys)
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=folder):
            for found in page.get("Contents", []):
                if found["Key"] not in kept:
                    self._client.delete_object(Bucket=self._name, Key=found["Key"])

    def upload_link(self, key: str, size: int) -> str:
        """Return a signed URL for an upload of exactly `size` bytes."""
        wanted = {"Bucket": self._name, "Key": key, "ContentLength": size}
        return self._client.generate_presigned_url("put_object", Params=wanted, ExpiresIn=UPLOAD_LIFE)
