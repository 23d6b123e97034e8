"""Decode bodies that a server compressed though the request asked for none (RFC 9110, section 8.4.1)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from switchboard.recordings.ports import NotYetAvailable

PIECE = 256 * 1024  # most bytes of a piece, however much a compressed byte expands to
GZIP, ZLIB, RAW = 31, 15, -15  # zlib's window bits
NAMES = {"gzip": GZIP, "x-gzip": GZIP, "deflate": ZLIB}


def is_plain(encoding: str) -> bool:
    """Whether a `Content-Encoding` leaves the bytes as they are."""
    return encoding.strip().lower() in ("", "identity")


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the decoded body in small pieces. Raises NotYetAvailable for another encoding, and a broken body."""
    if is_plain(encoding):
        yield from pieces
        return
    bits = NAMES.get(encoding.strip().lower())
    if bits is None:
        raise NotYetAvailable("unknown_encoding")
    try:
        yield from _inflated(iter(pieces), bits)
    except zlib.error as error:
        raise NotYetAvailable("broken_encoding") from error


def _inflated(pieces: Iterator[bytes], bits: int) -> Iterator[bytes]:
    piece = next(pieces, b"")
    inflate = zlib.decompressobj(_bits_of(piece, bits))
    while piece:
        yield from _drained(inflate, piece)
        rest = inflate.unused_data
        piece = rest or next(pieces, b"")
        if inflate.eof and piece:  # a file of several members
            inflate = zlib.decompressobj(bits)
    if not inflate.eof:
        raise NotYetAvailable("cut_off")


def _drained(inflate: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    while True:
        out = inflate.decompress(piece, PIECE)
        if out:
            yield out
        piece = inflate.unconsumed_tail
        if not piece and len(out) < PIECE:
            return


def _bits_of(piece: bytes, bits: int) -> int:
    """Some servers send `deflate` without the header of zlib."""
    has_header = len(piece) > 1 and piece[0] & 15 == 8 and int.from_bytes(piece[:2]) % 31 == 0  # noqa: PLR2004 - RFC 1950
    return RAW if bits == ZLIB and not has_header else bits
