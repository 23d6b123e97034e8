"""The bytes of recordings in S3. A lifecycle rule removes each object by its tag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from switchboard.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

TAG = "retention-days"
CHUNK = 256 * 1024
LINK_LIFE = 300  # seconds
# S3 returns this code only to roles that may list the bucket. A denied read is a failure of the hub.
GONE = "NoSuchKey"


class RecordingsBucket:
    """Port RecordingStore."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self._name = name

    def begin(self, key: str, content_type: str, days: int) -> PartedUpload:
        """Begin a multipart upload. The object is kept for `days`."""
        return PartedUpload(self._client, self._name, key, content_type, days)

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """Open the object at once, and read it lazily. Raises NotFound."""
        try:
            body = self._client.get_object(Bucket=self._name, Key=key, Range=f"bytes={first}-{last}")["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] == GONE:
                raise NotFound("The recording is no longer stored.") from None
            raise
        return _pieces(body)

    def link(self, key: str, content_type: str, disposition: str) -> str:
        """Return a signed URL, valid for 300 seconds."""
        wanted = {
            "Bucket": self._name,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
        }
        return self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=LINK_LIFE)

    def remove(self, key: str) -> None:
        """Remove the object. A missing object is no error."""
        self._client.delete_object(Bucket=self._name, Key=key)


class PartedUpload:
    """Port PartsUpload. The first part begins the upload with S3, so an empty upload leaves nothing to abort."""

    def __init__(self, client: S3Client, bucket: str, key: str, content_type: str, days: int) -> None:
        self._client = client
        self._bucket, self._key = bucket, key
        self._kind, self._tags = content_type, f"{TAG}={days}"
        self._id = ""
        self._parts: list[CompletedPartTypeDef] = []

    def part(self, data: bytes) -> None:
        """Send the next part. S3 verifies the checksum."""
        if not self._id:
            self._id = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=self._key, ContentType=self._kind, Tagging=self._tags
            )["UploadId"]
        number = len(self._parts) + 1
        sent = self._client.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=self._id, PartNumber=number, Body=data
        )
        part: CompletedPartTypeDef = {"ETag": sent["ETag"], "PartNumber": number}
        if (
            "ChecksumCRC32" in sent
        ):  # boto3 sends a checksum with each part, and S3 then requires all of them at the end
            part["ChecksumCRC32"] = sent["ChecksumCRC32"]
        self._parts.append(part)

    def complete(self) -> None:
        """Complete the upload. From now on the object exists."""
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=self._key, UploadId=self._id, MultipartUpload={"Parts": self._parts}
        )

    def abort(self) -> None:
        """Remove the parts. If S3 fails, the bucket's rule for abandoned uploads removes them within days."""
        if self._id:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._id)


def _pieces(body: object) -> Iterator[bytes]:
    stream = body
    try:
        yield from stream.iter_chunks(CHUNK)  # type: ignore[attr-defined]
    finally:
        stream.close()  # type: ignore[attr-defined]
