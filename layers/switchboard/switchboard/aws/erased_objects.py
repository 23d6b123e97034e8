"""Erase in a folder of a bucket: delete an account's objects, or those of an erased call or number.

The buckets keep old versions. Every version goes, and the markers of deletions.

A list of subscribers is written again without the subscribers who had the number. Their places stay, because records
go by the place in the list.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from switchboard.aws.audiences_bucket import rewritten
from switchboard.erasures.model import Finding, Wanted
from switchboard.kernel.campaign import Subscriber
from switchboard.kernel.numbers import NumberSearch
from switchboard.recordings.model import Media, recording_id

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE, SEARCHED = 200, 10  # objects of a page, and of a page whose objects are read and searched
PACKED = ".json.gz"  # a list; a plain copy is deleted, and made again when it is asked for
UPLOADS = "uploads:"  # before the cursor of unfinished uploads
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
GZIP_WINDOW = 31  # zlib's window bits for gzip
LARGEST_MEMBER = 100 * 1024 * 1024  # bytes of a file in an archive
NOBODY = Subscriber("", ())


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """A version of an object, or the marker of its deletion."""

    key: str
    version: str
    current: bool
    is_marker: bool = False


class ErasedFolder:
    """Port DataPlace: the objects of accounts under `folder`, whose keys are `<folder><account>/…`.

    `holds` is what the objects are: `recordings`, `lists`, `uploads`, `events` or `audio`. Audio is not searched for
    numbers.
    """

    def __init__(self, client: S3Client, bucket: str, folder: str, holds: str) -> None:
        self._client, self._bucket = client, bucket
        self._folder, self._holds = folder, holds

    def look(self, wanted: Wanted, cursor: str) -> Finding:
        """Look through a page of versions; of an account at its end also through unfinished uploads."""
        if cursor.startswith(UPLOADS):
            return self._unfinished(wanted.account)
        start: Any = json.loads(cursor) if cursor else {}
        prefix = f"{self._folder}{wanted.account}/"
        most = SEARCHED if wanted.number and self._holds in {"lists", "uploads", "events"} else PAGE
        page: Any = self._client.list_object_versions(Bucket=self._bucket, Prefix=prefix, MaxKeys=most, **start)
        hit = tuple(one for one in _versions(page) if self._is_wanted(one, wanted))
        following = _following(page) or ("" if wanted.number else UPLOADS)
        return Finding({f"{self._holds}_files": len(hit)} if hit else {}, following, entries=hit)

    def erase(self, finding: Finding, wanted: Wanted) -> None:
        """Delete versions and end unfinished uploads; of a number, write current lists again."""
        for entry in finding.entries:
            if isinstance(entry, ObjectVersion):
                if wanted.number and self._holds == "lists" and entry.current and entry.key.endswith(PACKED):
                    self._rewrite(entry, wanted.number)
                self._client.delete_object(Bucket=self._bucket, Key=entry.key, VersionId=entry.version)
            elif isinstance(entry, tuple):
                key, upload = entry
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)

    def _unfinished(self, account: str) -> Finding:
        answer = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=f"{self._folder}{account}/")
        found = tuple((one["Key"], one["UploadId"]) for one in answer.get("Uploads", []))
        return Finding({"unfinished_uploads": len(found)} if found else {}, entries=found)

    def _is_wanted(self, one: ObjectVersion, wanted: Wanted) -> bool:
        if wanted.number is None:
            return True
        if self._holds == "recordings":
            return self._mark(one.key, wanted)
        if one.is_marker or self._holds == "audio":
            return wanted.number.found_in(one.key)
        return any(map(wanted.number.found_in, texts_in(self._read(one))))

    def _mark(self, key: str, wanted: Wanted) -> bool:
        """Whether a recording is of an erased call. The id of a recording is derived from its call."""
        id_ = key.rpartition("/")[2]
        calls = (mark.removeprefix("call:") for mark in wanted.marks if mark.startswith("call:"))
        return any(id_ == recording_id(wanted.account, call, media) for call in calls for media in Media)

    def _read(self, one: ObjectVersion) -> bytes:
        found = self._client.get_object(Bucket=self._bucket, Key=one.key, VersionId=one.version)
        return found["Body"].read()

    def _rewrite(self, one: ObjectVersion, number: NumberSearch) -> None:
        body = rewritten(self._read(one), lambda other: NOBODY if _has(other, number) else other)
        self._client.put_object(
            Bucket=self._bucket, Key=one.key, Body=body, ContentType="application/json", ContentEncoding="gzip"
        )


def _versions(page: Any) -> Iterator[ObjectVersion]:
    for found in page.get("Versions", []):
        yield ObjectVersion(found["Key"], found["VersionId"], current=found["IsLatest"])
    for found in page.get("DeleteMarkers", []):
        yield ObjectVersion(found["Key"], found["VersionId"], current=found["IsLatest"], is_marker=True)


def _following(page: Any) -> str:
    """Return the cursor of the next page, empty after the last."""
    if not page.get("IsTruncated"):
        return ""
    names = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
    return json.dumps({name: page[next_] for name, next_ in names.items() if page.get(next_)})


def _has(subscriber: Subscriber, number: NumberSearch) -> bool:
    return number.found_in("\n".join((subscriber.full_name, *subscriber.phones, *subscriber.emails)))


def texts_in(data: bytes) -> Iterator[str]:
    """Yield the texts in a file that a client uploaded: as it is, decompressed, and of each member of an archive."""
    if data.startswith(GZIP):
        with suppress(zlib.error):
            data = zlib.decompressobj(GZIP_WINDOW).decompress(data, LARGEST_MEMBER)
    if data.startswith(ZIP):
        yield from _members(data)
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield data.decode("utf-16", "replace")
    else:
        yield data.decode("utf-8", "replace")


def _members(data: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            small = [one for one in archive.infolist() if one.file_size <= LARGEST_MEMBER]
            yield from (archive.read(one).decode("utf-8", "replace") for one in small)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        yield data.decode("latin-1")
