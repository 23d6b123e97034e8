"""From the source into the store: in one pass, with little in memory, all or nothing."""

import hashlib
import tracemalloc
from collections.abc import Iterator

import pytest

from switchboard.recordings.copy import PART, CopyToStore
from switchboard.recordings.measure import duration_of, measured
from switchboard.recordings.ports import FileEnds, NeverAvailable, NotYetAvailable, SourceFile
from tests.fakes.recordings import MemoryStore
from tests.support.audio import FRAME, FRAME_SECONDS, mp3_of, wav_of

MIB = 1024 * 1024
KEY = "acme/1"


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.mark.parametrize("size", [1, 7, 1000, 65_536, 10**7])
def test_what_comes_is_stored(store: MemoryStore, size: int) -> None:
    """In pieces of whatever size."""
    data = mp3_of(2)
    audio = CopyToStore(store, measured)(SourceFile(in_pieces(data, size), len(data)), KEY, 90)
    assert store.objects[KEY] == data
    assert store.kinds[KEY] == ("audio/mpeg", 90)
    assert (audio.size, audio.sha256, audio.duration) == (len(data), hashlib.sha256(data).hexdigest(), 2)


def test_parts_are_of_one_size_but_the_last(store: MemoryStore) -> None:
    """S3 wants it so."""
    data = mp3_of(60)
    CopyToStore(store, measured, part=100_000)(SourceFile(in_pieces(data, 30_000)), KEY, 90)
    assert store.parts[:-1] == [100_000] * (len(data) // 100_000)
    assert sum(store.parts) == len(data)
    assert store.objects[KEY] == data


def test_a_large_recording_is_never_whole_in_memory() -> None:
    """120 MiB go through with a few parts' room, and are measured all the same."""
    store = MemoryStore(keeps=False)
    frames = 120 * MIB // len(FRAME)
    piece = FRAME * 200
    chunks = (piece for _ in range(frames // 200))
    tracemalloc.start()
    audio = CopyToStore(store, measured)(SourceFile(chunks), KEY, 90)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert audio.size > 119 * MIB
    assert peak < 5 * PART
    assert max(store.parts) == PART
    assert audio.duration == pytest.approx(audio.size / len(FRAME) * FRAME_SECONDS, rel=0.001)


def test_what_is_too_large_is_not_begun(store: MemoryStore) -> None:
    """Where the source says how large it is."""
    with pytest.raises(NeverAvailable, match="too_large"):
        CopyToStore(store, measured, largest=10)(SourceFile(iter([mp3_of(1)]), 11), KEY, 90)
    assert store.parts == []


def test_what_grows_too_large_is_given_up(store: MemoryStore) -> None:
    """Where it does not say so; and nothing is left of it."""
    with pytest.raises(NeverAvailable, match="too_large"):
        CopyToStore(store, measured, part=1000, largest=10_000)(SourceFile(in_pieces(mp3_of(10), 1000)), KEY, 90)
    assert (store.objects, store.open) == ({}, 0)


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"<html>", "not_audio")])
def test_what_is_no_audio_may_be_later(store: MemoryStore, data: bytes, reason: str) -> None:
    """A page or nothing at all is no recording yet."""
    with pytest.raises(NotYetAvailable, match=reason):
        CopyToStore(store, measured)(SourceFile(iter([data])), KEY, 90)
    assert store.parts == []


def test_what_was_cut_off_is_not_kept(store: MemoryStore) -> None:
    """Fewer bytes than were promised are no recording."""
    data = mp3_of(2)
    with pytest.raises(NotYetAvailable, match="cut_off"):
        CopyToStore(store, measured)(SourceFile(iter([data[:-1]]), len(data)), KEY, 90)
    assert (store.objects, store.open) == ({}, 0)


def test_a_source_that_fails_in_the_middle_leaves_nothing(store: MemoryStore) -> None:
    """What was sent is given up."""

    def breaking() -> Iterator[bytes]:
        yield mp3_of(10)
        raise NotYetAvailable("connection_broken")

    with pytest.raises(NotYetAvailable, match="connection_broken"):
        CopyToStore(store, measured, part=1000)(SourceFile(breaking()), KEY, 90)
    assert (store.objects, store.open) == ({}, 0)


@pytest.mark.parametrize(
    "content_type", ["audio/mpeg", "audio/wav", "audio/ogg", "audio/flac", "audio/mp4", "audio/amr"]
)
def test_what_cannot_be_measured_has_no_duration(content_type: str) -> None:
    """Broken files are kept as they are; it is the call that tells then."""
    for data in (b"", b"OggS", b"fLaC", b"\x00" * 5000, b"RIFF\xff\xff\xff\xffWAVEfmt "):
        assert duration_of(FileEnds(data, b"", len(data)), content_type) is None


@pytest.mark.parametrize("content_type", ["audio/mpeg", "audio/mp4", "audio/ogg", "audio/aiff"])
def test_nobody_looks_for_frames_where_there_are_none(content_type: str) -> None:
    """Not in the middle of a large file, which is not known."""
    for beginning in (b"ID3\x04\x00\x00\x00\x00\x00\x00", b"\xff\xfb\x58\xc4"):
        head = beginning.ljust(100_000, b"\x01")
        assert duration_of(FileEnds(head, bytes(1000), 500 * MIB), content_type) is None


def test_a_wav_is_measured_by_its_header() -> None:
    """However little of it is known."""
    data = wav_of(100)
    assert duration_of(FileEnds(data[:4096], data[-100:], len(data)), "audio/wav") == 100
