"""How much of a file is there."""

from __future__ import annotations

import struct

import pytest

from switchboard.recordings.measure import measured
from switchboard.recordings.ports import FileEnds
from switchboard.recordings.sizes import ends_whole, share_of
from tests.support.audio import mp3_of, wav_of
from tests.support.sounds import encoded

WRITTEN = {
    "audio/wav": ("wav", "pcm_alaw", 8000), "audio/aiff": ("aiff", "pcm_s16be", 8000),
    "audio/basic": ("au", "pcm_mulaw", 8000), "audio/x-w64": ("w64", "pcm_s16le", 8000),
    "audio/x-caf": ("caf", "pcm_s16le", 8000), "audio/mpeg": ("mp3", "libmp3lame", 44100),
    "audio/mp4": ("ipod", "aac", 44100),
}  # fmt: skip


def test_half_a_file_is_half() -> None:
    """By the lengths that its header declares; a whole one is whole."""
    for kind, (container, codec, rate) in WRITTEN.items():
        whole = encoded(container, codec, rate=rate, seconds=6)
        assert share_of(kind, whole, len(whole)) == 1, kind
        half = whole[: len(whole) // 2]
        assert share_of(kind, half, len(half)) == pytest.approx(0.5, abs=0.05), kind


def test_ogg_is_cut_off_within_a_page() -> None:
    """Its duration is that of the last page."""
    whole = encoded("ogg", "libopus", rate=48000, seconds=6)
    half = whole[: len(whole) // 2]
    assert (ends_whole(whole), ends_whole(half)) == (True, False)
    assert not measured(FileEnds(half, b"", len(half)), "audio/opus").is_complete
    assert measured(FileEnds(whole, b"", len(whole)), "audio/opus").is_complete


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000])
def test_writers_that_stream_declare_nothing(size: int) -> None:
    """Their sizes are placeholders."""
    data = wav_of(3)
    data = data[:40] + struct.pack("<I", size) + data[44:]
    assert share_of("audio/wav", data, len(data)) == 1


def test_frames_without_a_header_are_as_long_as_they_are() -> None:
    """Nothing declares more."""
    data = mp3_of(12)
    assert measured(FileEnds(data, b"", len(data)), "audio/mpeg").seconds == 12
    assert measured(FileEnds(b"#!AMR\n" + bytes(99), b"", 105), "audio/amr").seconds is None


def test_odd_headers_are_survived() -> None:
    """Whatever bytes follow a sign."""
    for kind in WRITTEN:
        for data in (b"", b"RIFF", bytes(100), b"\xff" * 100, b"caff\x00\x01\x00\x00data" + b"\xff" * 8):
            assert 0 <= share_of(kind, data, len(data)) <= 1
