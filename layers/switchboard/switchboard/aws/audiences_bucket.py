"""Lists of subscribers in S3. Each is one object that holds a JSON array, compressed, and can be read by the page.

A page is a gzip member of its own; members one after the other are one gzip file (RFC 1952, section 2.2), which whoever
has its address reads as the whole array. An empty member in front has where each page begins in its extra field
(section 2.3.1.1). What is in an object never changes.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import ClientError
from cachetools import LRUCache

from switchboard.campaigns.model import Audience, Subscriber
from switchboard.campaigns.ports import PAGE
from switchboard.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

GONE = ("NoSuchKey", "404", "NotFound")
LINK_LIFE = 300  # seconds
REMEMBERED = 16  # pages, and tables of pages
FIXED = struct.Struct("<4BIBBH2sH")  # what stands before the places: RFC 1952's header, and that of the subfield
EMPTY = b"\x03\x00" + bytes(8)  # nothing, compressed; its checksum and its length
OURS = b"SB"


@dataclass(frozen=True, slots=True)
class Entry:
    """A subscriber as the object has it."""

    fullName: str  # noqa: N815 - the wire's name
    phones: tuple[str, ...]
    emails: tuple[str, ...]


class AudiencesBucket:
    """Port Audiences."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client, self._name = client, name
        self._tables: LRUCache[str, Sequence[int]] = LRUCache(REMEMBERED)
        self._pages: LRUCache[tuple[str, int], Sequence[Subscriber]] = LRUCache(REMEMBERED)

    def save(self, account: str, id_: str, subscribers: Iterable[Subscriber]) -> Audience:
        """One object, whole or not at all."""
        size, members = _members(subscribers)
        self._client.put_object(
            Bucket=self._name,
            Key=_key(account, id_),
            Body=_written(members),
            ContentType="application/json",
            ContentEncoding="gzip",
        )
        return Audience(id_, size)

    def page(self, account: str, audience: Audience, number: int) -> Sequence[Subscriber]:
        """Read by its place; the last ones are remembered."""
        if not 0 <= number < _pages_of(audience):
            return ()
        key = _key(account, audience.id)
        if (key, number) not in self._pages:
            places = self._places(key, audience)
            data = self._read(key, f"bytes={places[number]}-{places[number + 1] - 1}")
            self._pages[key, number] = tuple(_subscribers(data))
        return self._pages[key, number]

    def whole(self, account: str, audience: Audience) -> Iterator[Subscriber]:
        """In one request."""
        return _subscribers(self._read(_key(account, audience.id), None))

    def link(self, account: str, audience: Audience) -> str:
        """A signed address."""
        wanted = {"Bucket": self._name, "Key": _key(account, audience.id)}
        return self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=LINK_LIFE)

    def remove(self, account: str, id_: str) -> None:
        """S3 does not mind where there is nothing."""
        self._client.delete_object(Bucket=self._name, Key=_key(account, id_))

    def _places(self, key: str, audience: Audience) -> Sequence[int]:
        if key not in self._tables:
            count = _pages_of(audience) + 1
            head = self._read(key, f"bytes=0-{FIXED.size + 4 * count - 1}")
            self._tables[key] = struct.unpack_from(f"<{count}I", head, FIXED.size)
        return self._tables[key]

    def _read(self, key: str, part: str | None) -> bytes:
        wanted = {"Range": part} if part else {}
        try:
            return self._client.get_object(Bucket=self._name, Key=key, **wanted)["Body"].read()  # type: ignore[arg-type]
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise NotFound("The list is no longer kept.") from None
            raise


def _key(account: str, id_: str) -> str:
    return f"audiences/{account}/{id_}.json.gz"


def _pages_of(audience: Audience) -> int:
    return -(-audience.size // PAGE)


def _members(subscribers: Iterable[Subscriber]) -> tuple[int, list[bytes]]:
    """How many there are, and the pages: `[` and a page, `,` and a page ..., `]` at the end of the last."""
    size, texts, rest = 0, list[bytes](), iter(subscribers)
    while page := list(islice(rest, PAGE)):
        entries = [Entry(one.full_name, one.phones, one.emails) for one in page]
        texts.append((b"," if texts else b"[") + msgspec.json.encode(entries)[1:-1])
        size += len(page)
    if texts:
        texts[-1] += b"]"
    return size, [gzip.compress(text, mtime=0) for text in texts or [b"[]"]]


def _written(members: Sequence[bytes]) -> bytes:
    extra = 4 * (len(members) + 1)
    places = [FIXED.size + extra + len(EMPTY)]
    for member in members:
        places.append(places[-1] + len(member))
    head = FIXED.pack(0x1F, 0x8B, 8, 4, 0, 0, 255, extra + 4, OURS, extra)
    return head + struct.pack(f"<{len(places)}I", *places) + EMPTY + b"".join(members)


def _subscribers(data: bytes) -> Iterator[Subscriber]:
    """Those of a page, or of all pages."""
    text = gzip.decompress(data).lstrip(b"[,").removesuffix(b"]")
    for one in msgspec.json.decode(b"[" + text + b"]", type=list[Entry]):
        yield Subscriber(one.fullName, one.phones, one.emails)
