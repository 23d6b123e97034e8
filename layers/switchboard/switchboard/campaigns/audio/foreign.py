"""Names of files that are no audio, by their first bytes, so that a refusal says what was seen."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder

from switchboard.campaigns.audio.frames import Data

ENOUGH = 16 * 1024  # bytes from the beginning that are enough for text
SHORT = 3  # signs of fewer bytes than this may begin samples by chance
TAR, TAR_AT = b"ustar", 257
ISO, ISO_AT = b"CD001", 0x8001
SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of old Word, Excel or Outlook"),
    (b"PK\x03\x04", "a ZIP archive, or a document of Word, Excel or LibreOffice"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "a document in RTF"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"8BPS", "a Photoshop picture"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"BM", "a BMP picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\x00asm", "a program"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
    (b"MSCF", "a CAB archive"),
    (b"!<arch>", "an archive"),
    (b"!BDN", "an Outlook mailbox"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (b"\x00\x01\x00\x00Standard ", "an Access database"),
    (b"PAR1", "a Parquet table"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"MThd", "a MIDI file: notes, no sound"),
    (b"IMPM", "a tracker's module"),
    (b"OTTO", "a font"),
    (b"wOF", "a font"),
    (b"\x00\x01\x00\x00\x00", "a font"),
    (b"FWS", "a Flash film"),
    (b"CWS", "a Flash film"),
    (b"\x00\x00\x01\xb3", "video"),
    (b"\x00\x00\x00\x01\x67", "video"),
    (b"bplist00", "a property list"),
    (b"\xac\xed\x00\x05", "a Java object"),
)
PICTURES = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"crx "})  # brands of ISO files
RIFFS = {b"WEBP": "a WebP picture", b"ACON": "a cursor", b"RMID": "a MIDI file: notes, no sound", b"CDR9": "a drawing"}
# Letters of code page 1251 and KOI8-R, and the printable characters of ASCII.
PRINTABLE = frozenset(range(0x20, 0x7F)) | frozenset(range(0xC0, 0x100)) | {0x09, 0x0A, 0x0D, 0xA3, 0xA8, 0xB3, 0xB8}
BREAKS = {0x09: " ", 0x0A: " ", 0x0D: " ", 0x0C: " "}


def foreign_name(data: Data, *, said: bool) -> str:
    """Return what a file is that is no audio; empty if unknown. `said`: the upload declares samples.

    Two bytes do not outweigh a declaration.
    """
    head = data[:64]
    found = next((name for sign, name in SIGNS if head.startswith(sign) and not (said and len(sign) < SHORT)), "")
    return found or _nested(data, head) or _written(data, said=said)


def _nested(data: Data, head: bytes) -> str:
    """Name a file by a sign that does not stand at its beginning."""
    if head[4:8] == b"ftyp" and head[8:12] in PICTURES:
        return "a picture"
    if head[:4] in (b"RIFF", b"RIFX"):
        return RIFFS.get(head[8:12], "")
    if data[TAR_AT : TAR_AT + 5] == TAR:
        return "a tar archive"
    return "an image of a disc" if data[ISO_AT : ISO_AT + 5] == ISO else ""


def _written(data: Data, *, said: bool) -> str:
    head = data[:ENOUGH]
    if is_text(head):
        return "text"
    return "text" if is_old_text(head) and not said else ""


def is_text(head: bytes) -> bool:
    """Whether the bytes are printable text in UTF-8, or in UTF-16 with a byte order mark."""
    wide = head.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        text = getincrementaldecoder("utf-16" if wide else "utf-8-sig")().decode(head)  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return bool(text) and text.translate(BREAKS).isprintable()


def is_old_text(head: bytes) -> bool:
    """Whether the bytes can be text in an old Cyrillic code page. Samples of 8 bits may look the same."""
    return bool(head) and all(byte in PRINTABLE for byte in head)
