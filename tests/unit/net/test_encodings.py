"""Bodies that were compressed though nobody asked."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest

from switchboard.net.encodings import PIECE, decoded
from switchboard.recordings.ports import NotYetAvailable

DATA = b"RIFF" + bytes(range(256)) * 4000


def pieces(data: bytes, size: int = 1000) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("size", [1, 1000, 10**7])
def test_every_usual_encoding_is_decoded(size: int) -> None:
    """Gzip of one member or several, deflate with its header and without, and none."""
    bodies = {
        "gzip": gzip.compress(DATA),
        "GZIP": gzip.compress(DATA[:9999]) + gzip.compress(DATA[9999:]),
        "x-gzip": gzip.compress(DATA),
        "deflate": zlib.compress(DATA),
        "Deflate": raw_deflate(DATA),
        "": DATA,
        "identity": DATA,
    }
    for encoding, body in bodies.items():
        assert b"".join(decoded(pieces(body, max(size, 2)), encoding)) == DATA, encoding


def test_a_small_body_does_not_become_a_large_piece() -> None:
    """A gigabyte in a megabyte is read piece by piece, until the reader has enough."""
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    sizes = [len(piece) for piece in decoded(pieces(bomb), "gzip")]
    assert (max(sizes) <= PIECE, sum(sizes)) == (True, 64 * 1024 * 1024)


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (gzip.compress(DATA)[:-9], "gzip", "cut_off"),
        (b"", "gzip", "cut_off"),
        (DATA, "gzip", "broken_encoding"),
        (DATA, "br", "unknown_encoding"),
    ],
)
def test_what_cannot_be_decoded_may_be_later(body: bytes, encoding: str, reason: str) -> None:
    """With its reason."""
    with pytest.raises(NotYetAvailable, match=reason):
        b"".join(decoded(pieces(body), encoding))
