"""Lists of subscribers in S3. Each list is one object: a compressed JSON array that can be read in pages.

The object is a gzip file of one member (RFC 1952), so any client can read the whole array. After each page, the
compressor is flushed with `Z_FULL_FLUSH`, so a page can be decompressed alone. The header's extra field (section
2.3.1.1) holds the offsets of the pages, as in dictzip. Only the erasure of a number writes an object again. A reader
with the offsets of the object before is told by the entity tag (RFC 9110, section 13.1.1: If-Match).
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from botocore.exceptions import ClientError

from switchboard.aws.codec import load
from switchboard.campaigns.ports import PAGE
from switchboard.errors import NotFound, TryAgain
from switchboard.kernel.campaign import Audience, Subscriber
from switchboard.kernel.remembered import Remembered

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

GONE = ("NoSuchKey", "404", "NotFound")
LINK_LIFE = 300  # seconds
REMEMBERED = 16  # pages, and tables of pages
PAGE_SECONDS = 60  # of a page in memory: an erased number is not dialled for longer
CHANGED = frozenset({"PreconditionFailed", "412"})
LOOKS = 3
FIXED = struct.Struct("<4BIBBH2sH")  # before the offsets: the header of RFC 1952, and the header of the subfield
TRAILER = struct.Struct("<2I")  # checksum and length of the uncompressed data
RAW = -15  # zlib's window bits for deflate without a header
OURS = b"SB"


@dataclass(frozen=True, slots=True)
class SubscriberEntry:
    """A subscriber in the JSON array."""

    fullName: str  # noqa: N815 - the wire's name
    phones: tuple[str, ...]
    emails: tuple[str, ...]


class _PageTable(NamedTuple):
    """The offsets of an object's pages, and the entity tag of the object."""

    places: Sequence[int]
    tag: str


class _ListChangedError(Exception):
    """The object was written again after its table of pages was read."""


class AudiencesBucket:
    """Port Audiences. `folder` is the prefix of the keys: the bucket's lifecycle rules go by prefix."""

    def __init__(self, client: S3Client, name: str, folder: str) -> None:
        self._client, self._name, self._folder = client, name, folder
        self._tables: Remembered[str, _PageTable] = Remembered(REMEMBERED)
        self._pages: Remembered[tuple[str, int], Sequence[Subscriber]] = Remembered(REMEMBERED, PAGE_SECONDS)

    def save(self, account: str, id_: str, subscribers: Iterable[Subscriber]) -> Audience:
        """Write one object, whole or not at all."""
        size, texts = _texts(subscribers)
        self._client.put_object(
            Bucket=self._name,
            Key=self._key(account, id_),
            Body=_written(texts),
            ContentType="application/json",
            ContentEncoding="gzip",
        )
        return Audience(id_, size)

    def page(self, account: str, audience: Audience, number: int) -> Sequence[Subscriber]:
        """Read a page by its offset. The latest pages are cached."""
        if not 0 <= number < _pages_of(audience):
            return ()
        key = self._key(account, audience.id)
        found = self._pages.get((key, number))
        if found is None:
            found = self._pages[key, number] = self._page(key, audience, number)
        return found

    def whole(self, account: str, audience: Audience) -> Iterator[Subscriber]:
        """Read the whole list in one request."""
        return _subscribers(gzip.decompress(self._read(self._key(account, audience.id), {})[0]))

    def link(self, account: str, audience: Audience, *, compressed: bool) -> str:
        """Return a signed URL, valid for 300 seconds. S3 decompresses nothing, so the plain list is an object too."""
        key = self._key(account, audience.id)
        if not compressed:
            text = gzip.decompress(self._read(key, {})[0])
            key = self._plain_key(account, audience.id)
            self._client.put_object(Bucket=self._name, Key=key, Body=text, ContentType="application/json")
        wanted = {"Bucket": self._name, "Key": key}
        return self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=LINK_LIFE)

    def remove(self, account: str, id_: str) -> None:
        """Remove the list, compressed and plain. A missing object is no error."""
        for key in (self._key(account, id_), self._plain_key(account, id_)):
            self._client.delete_object(Bucket=self._name, Key=key)

    def _key(self, account: str, id_: str) -> str:
        return f"{self._folder}/{account}/{id_}.json.gz"

    def _plain_key(self, account: str, id_: str) -> str:
        return f"{self._folder}/{account}/{id_}.json"

    def _page(self, key: str, audience: Audience, number: int) -> Sequence[Subscriber]:
        """Read a page by its offsets. Offsets of an object that was written again are read again."""
        for _ in range(LOOKS):
            table = self._table(key, audience)
            first, after = table.places[number], table.places[number + 1]
            try:
                data, _tag = self._read(key, {"Range": f"bytes={first}-{after - 1}", "IfMatch": table.tag})
            except _ListChangedError:
                self._tables.pop(key, None)
                continue
            return tuple(_subscribers(zlib.decompressobj(RAW).decompress(data)))
        raise TryAgain("The list of subscribers is being written.", after=1)

    def _table(self, key: str, audience: Audience) -> _PageTable:
        found = self._tables.get(key)
        if found is None:
            count = _pages_of(audience) + 1
            head, tag = self._read(key, {"Range": f"bytes=0-{FIXED.size + 4 * count - 1}"})
            found = self._tables[key] = _PageTable(struct.unpack_from(f"<{count}I", head, FIXED.size), tag)
        return found

    def _read(self, key: str, wanted: Mapping[str, str]) -> tuple[bytes, str]:
        """Return bytes and the entity tag. Raises NotFound, and _ListChangedError if the tag is another than wanted."""
        try:
            found = self._client.get_object(Bucket=self._name, Key=key, **wanted)  # type: ignore[arg-type]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in GONE:
                raise NotFound("The list of subscribers is no longer stored.") from None
            if code in CHANGED:
                raise _ListChangedError from None
            raise
        return found["Body"].read(), found["ETag"]


def _pages_of(audience: Audience) -> int:
    return -(-audience.size // PAGE)


def _texts(subscribers: Iterable[Subscriber]) -> tuple[int, list[bytes]]:
    """Return the count, and the JSON text of each page. `[`, `,` and `]` belong to the pages."""
    size, texts, rest = 0, list[bytes](), iter(subscribers)
    while page := list(islice(rest, PAGE)):
        entries = [SubscriberEntry(one.full_name, one.phones, one.emails) for one in page]
        texts.append((b"," if texts else b"[") + msgspec.json.encode(entries)[1:-1])
        size += len(page)
    if texts:
        texts[-1] += b"]"
    return size, texts or [b"[]"]


def _written(texts: Sequence[bytes]) -> bytes:
    compressor = zlib.compressobj(wbits=RAW)
    pages = [compressor.compress(text) + compressor.flush(zlib.Z_FULL_FLUSH) for text in texts]
    table = 4 * (len(pages) + 1)
    places = [FIXED.size + table]
    for page in pages:
        places.append(places[-1] + len(page))
    head = FIXED.pack(0x1F, 0x8B, 8, 4, 0, 0, 255, table + 4, OURS, table) + struct.pack(f"<{len(places)}I", *places)
    whole = b"".join(texts)
    return head + b"".join(pages) + compressor.flush() + TRAILER.pack(zlib.crc32(whole), len(whole))


def rewritten(data: bytes, change: Callable[[Subscriber], Subscriber]) -> bytes:
    """Return a stored list with each subscriber changed. The places of the subscribers stay."""
    return _written(_texts(map(change, _subscribers(gzip.decompress(data))))[1])


def _subscribers(text: bytes) -> Iterator[Subscriber]:
    """Yield the subscribers of a page, or of all pages."""
    inner = text.lstrip(b"[,").removesuffix(b"]")
    for one in load(b"[" + inner + b"]", list[SubscriberEntry]):
        yield Subscriber(one.fullName, one.phones, one.emails)
