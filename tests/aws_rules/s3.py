"""Amazon S3: objects, what is said of them in headers, and addresses that are signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.aws_rules.model import Facts, Params, Rule, Violation

KEYS = "S3 User Guide, Naming Amazon S3 objects"
METADATA = "S3 User Guide, Working with object metadata"
PRESIGNED = "S3 User Guide, Download and upload objects with presigned URLs"
MULTIPART = "S3 User Guide, Amazon S3 multipart upload limits"
TAGGING = "S3 User Guide, Categorizing your objects using tags"
BUCKETS = "S3 User Guide, General purpose bucket naming rules"
COPY = "S3 API Reference, CopyObject"
RANGE = "S3 API Reference, GetObject"

LONGEST_KEY = 1024
LARGEST_METADATA = 2048
LONGEST_LIFE = 7 * 24 * 3600
MOST_PARTS = 10_000
SMALLEST_PART = 5 * 1024 * 1024
MOST_TAGS, LONGEST_TAG, LONGEST_TAG_VALUE = 10, 128, 256
TAG = re.compile(r"[\w .:/=+\-@]*")
BUCKET = re.compile(r"(?!xn--|sthree-|\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]")
PRINTABLE = re.compile(r"[\x20-\x7e\t]*")
BYTES = re.compile(r"bytes=(?:(\d+)-(\d*)|-(\d+))")
SENT = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType")


def any_object(params: Params, _: Facts) -> Iterator[Violation]:
    """What holds for every request upon an object."""
    key = params["Key"]
    if not 1 <= len(key.encode(errors="surrogatepass")) <= LONGEST_KEY:
        yield Violation("a key has 1 to 1024 bytes", KEYS)
    if any(part in {".", ".."} for part in key.split("/")):
        yield Violation("a key has no part that is . or ..", KEYS)
    yield from _metadata(params)
    for name in SENT:
        if not PRINTABLE.fullmatch(params.get(name, "")):
            yield Violation(f"{name} is a header, which is of printable ASCII", METADATA)
    yield from _tags(params.get("Tagging"))
    wanted = params.get("Range")
    if wanted is not None:
        yield from _range(wanted)
    if "CopySource" in params:
        yield from _source(params["CopySource"])


def _metadata(params: Params) -> Iterator[Violation]:
    metadata = params.get("Metadata", {})
    if sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items()) > LARGEST_METADATA:
        yield Violation("an object's own metadata has at most 2 KB", METADATA)
    for name, value in metadata.items():
        if not name or not PRINTABLE.fullmatch(name + value):
            yield Violation(f"metadata is of printable ASCII, which {name!r} is not", METADATA)


def _tags(tagging: Any) -> Iterator[Violation]:
    if not isinstance(tagging, str):
        return
    tags = parse_qsl(tagging, keep_blank_values=True)
    if len(tags) > MOST_TAGS:
        yield Violation("an object has at most 10 tags", TAGGING)
    for name, value in tags:
        if not 1 <= len(name) <= LONGEST_TAG or len(value) > LONGEST_TAG_VALUE or not TAG.fullmatch(name + value):
            yield Violation(f"there can be no tag {name}={value}", TAGGING)


def _range(wanted: str) -> Iterator[Violation]:
    found = BYTES.fullmatch(wanted)
    if not found or (found[2] and int(found[2]) < int(found[1])):
        yield Violation(f"{wanted!r} is no range", RANGE)


def _source(source: Any) -> Iterator[Violation]:
    if isinstance(source, str) and ("/" not in source.strip("/") or unquote(source) == source != source.strip()):
        yield Violation("CopySource is a bucket, a slash and a key, encoded for a URL", COPY)


def upload_part(params: Params, facts: Facts) -> Iterator[Violation]:
    """A part of an object; its size is noted for when they are put together."""
    yield from any_object(params, facts)
    number = params["PartNumber"]
    if not 1 <= number <= MOST_PARTS:
        yield Violation(f"parts are numbered from 1 to 10000, not {number}", MULTIPART)
    if isinstance(params.get("Body"), bytes | bytearray):
        facts.parts.setdefault(params["UploadId"], {})[number] = len(params["Body"])


def complete_upload(params: Params, facts: Facts) -> Iterator[Violation]:
    """Parts that are put together."""
    yield from any_object(params, facts)
    numbers = [one["PartNumber"] for one in params.get("MultipartUpload", {}).get("Parts", [])]
    if not numbers or len(numbers) > MOST_PARTS or numbers != sorted(set(numbers)):
        yield Violation("parts are told in ascending order, 1 to 10000 of them", MULTIPART)
    sizes = facts.parts.pop(params["UploadId"], {})
    if any(sizes.get(number, SMALLEST_PART) < SMALLEST_PART for number in numbers[:-1]):
        yield Violation("every part but the last has at least 5 MiB", MULTIPART)


def create_bucket(params: Params, _: Facts) -> Iterator[Violation]:
    """A bucket's name."""
    if not BUCKET.fullmatch(params["Bucket"]) or params["Bucket"].endswith(("-s3alias", "--ol-s3", ".mrap", "--x-s3")):
        yield Violation(f"a bucket cannot be named {params['Bucket']!r}", BUCKETS)


def presign_violations(seconds: float) -> Iterator[Violation]:
    """How long a signed address may live. One that a role signs ends with the role's credentials, whatever it says."""
    if not 1 <= seconds <= LONGEST_LIFE:
        yield Violation(f"a signed address lives for 1 second to 7 days, not {seconds} s", PRESIGNED)


RULES: dict[str, Rule] = {
    **dict.fromkeys(
        ("PutObject", "GetObject", "HeadObject", "DeleteObject", "CreateMultipartUpload", "CopyObject"), any_object
    ),
    "UploadPart": upload_part,
    "CompleteMultipartUpload": complete_upload,
    "AbortMultipartUpload": any_object,
    "CreateBucket": create_bucket,
}
