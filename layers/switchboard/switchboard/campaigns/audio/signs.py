"""Media types of files that FFmpeg reads and recordings of calls never are, by their first bytes."""

from __future__ import annotations

from collections.abc import Callable

PACKET = 188  # bytes of a packet of an MPEG transport stream
SYNC = 0x47
ATOMS = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})  # beginnings of old QuickTime files
WTV = bytes.fromhex("b7d800203749da11a64e")

MORE: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("audio/x-tak", (b"tBaK",)),
    ("audio/x-shorten", (b"ajkg",)),
    ("audio/x-musepack", (b"MP+", b"MPCK")),
    ("audio/x-dsf", (b"DSD ",)),
    ("audio/x-iff", (b"FRM8",)),
    ("audio/x-ircam", (b"\x64\xa3", *(bytes([0, machine, 0xA3, 0x64]) for machine in range(1, 5)))),
    ("audio/x-sox", (b".SoX", b"XoS.")),
    ("audio/x-pvf", (b"PVF1\n",)),
    ("audio/x-mmf", (b"MMMD",)),
    ("audio/x-oma", (b"EA3\x01", b"ea3\x03")),
    ("audio/iLBC", (b"#!iLBC",)),
    ("audio/vnd.dts", (b"\x7f\xfe\x80\x01", b"\xfe\x7f\x01\x80")),
    ("audio/x-qoa", (b"qoaf",)),
    ("audio/x-dss", (b"\x02dss", b"\x03ds2")),
    ("audio/x-ast", (b"STRM",)),
    ("audio/x-kvag", (b"KVAG",)),
    ("audio/x-alp", (b"ALP ",)),
    ("audio/x-argo-asf", (b"ASF\x00",)),
    ("audio/x-pn-realaudio", (b".ra\xfd", b".RMF")),
    ("video/x-flv", (b"FLV\x01",)),
    ("video/x-nut", (b"nut/multimedia container\x00",)),
    ("video/MP1S", (b"\x00\x00\x01\xba",)),
    ("application/mxf", (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02",)),
    ("video/x-wtv", (WTV,)),
    ("video/x-smjpeg", (b"\x00\nSMJPEG",)),
)


def more_of(head: bytes) -> str | None:
    """Return the media type of a file that FFmpeg reads, beyond those of recordings; None if unknown."""
    found = next((kind for kind, signs in MORE if head.startswith(signs)), None)
    return found or next((kind for kind, fits in ODD if fits(head)), None)


def _is_transport_stream(head: bytes) -> bool:
    return len(head) > 4 * PACKET and all(head[place] == SYNC for place in range(0, 4 * PACKET, PACKET))


def _is_adx(head: bytes) -> bool:
    """A header with its length, and the mark at its end."""
    end = int.from_bytes(head[2:4])
    return head.startswith(b"\x80\x00") and head[end - 2 : end + 4] == b"(c)CRI"


ODD: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("audio/x-iff", lambda head: head.startswith(b"FORM") and head[8:12] in (b"8SVX", b"16SV", b"MAUD")),
    ("audio/qcelp", lambda head: head.startswith(b"RIFF") and head[8:12] == b"QLCM"),
    ("video/x-msvideo", lambda head: head.startswith(b"RIFF") and head[8:12] == b"AVI "),
    ("audio/x-xwma", lambda head: head.startswith(b"RIFF") and head[8:12] == b"XWMA"),
    ("audio/x-adx", _is_adx),
    ("video/MP2T", _is_transport_stream),
    ("audio/mp4", lambda head: head[4:8] in ATOMS),
)
