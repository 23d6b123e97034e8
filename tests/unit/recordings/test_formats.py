"""What a file is, told from its bytes."""

import pytest

from switchboard.recordings.formats import EXTENSIONS, SIGNS, content_type_of, extension_of
from tests.support.audio import mp3_of, wav_of

AUDIO = {
    "mp3 without a tag": (mp3_of(1), "audio/mpeg"),
    "mp3 with a tag": (mp3_of(1, tagged=True), "audio/mpeg"),
    "mp3 of MPEG-2": (bytes.fromhex("fff348c4") + bytes(100), "audio/mpeg"),
    "wav": (wav_of(1), "audio/wav"),
    "wav of more than 4 GB": (b"RF64\xff\xff\xff\xffWAVE", "audio/wav"),
    "ogg": (b"OggS\x00\x02" + bytes(20) + b"\x01\x1e\x01vorbis", "audio/ogg"),
    "opus": (b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead", "audio/opus"),
    "flac": (b"fLaC\x00\x00\x00\x22", "audio/flac"),
    "m4a": (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
    "amr": (b"#!AMR\n\x3c", "audio/amr"),
    "amr wide": (b"#!AMR-WB\n\x3c", "audio/amr-wb"),
    "aiff": (b"FORM\x00\x00\x00\x00AIFF", "audio/aiff"),
    "webm": (b"\x1a\x45\xdf\xa3\x9f", "audio/webm"),
    "au": (b".snd\x00\x00\x00\x18", "audio/basic"),
    "aac": (b"\xff\xf1\x50\x80", "audio/aac"),
}
OTHERS = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html><html><body>Please wait</body></html>",
    "JSON": b'{"error": "not found"}',
    "text": b"Recording is being converted",
    "a picture": b"\x89PNG\r\n\x1a\n",
    "a JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "a PDF": b"%PDF-1.7",
    "an archive": b"PK\x03\x04",
    "UTF-16": b"\xff\xfe<\x00h\x00",
    "a video": b"RIFF\x00\x00\x00\x00AVI ",
    "all bits set": b"\xff\xff\xff\xff",
    "half a frame": b"\xff\xfb",
}


@pytest.mark.parametrize(("head", "kind"), AUDIO.values(), ids=AUDIO)
def test_audio_is_told_from_its_bytes(head: bytes, kind: str) -> None:
    """Whatever the server called it."""
    assert content_type_of(head) == kind


@pytest.mark.parametrize("head", OTHERS.values(), ids=OTHERS)
def test_what_is_no_audio_is_nothing(head: bytes) -> None:
    """An error page that came with 200 is not kept for a recording."""
    assert content_type_of(head) is None


def test_every_kind_has_an_extension() -> None:
    """The name of a download ends with what it is."""
    assert {kind for kind, _ in SIGNS} == set(EXTENSIONS)
    assert extension_of("audio/mpeg") == "mp3"
