"""A recording of any length: read by a parser of the format's own rules."""

from collections.abc import Iterator

import pytest

from switchboard.telephony.simulator.recording import FRAMES_AT_ONCE, mp3_of

# ISO/IEC 13818-3, Layer III of MPEG-2: kbit/s and Hz by their indexes, samples of a frame.
BIT_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
SAMPLE_RATES = (22050, 24000, 16000)
SAMPLES = 576


def frames(data: bytes) -> Iterator[bytes]:
    """The frames of a file that has nothing else in it."""
    while data:
        bits = int.from_bytes(data[:4], "big")
        assert bits >> 21 == 0b11111111111, "sync"
        assert (bits >> 19 & 3, bits >> 17 & 3) == (0b10, 0b01), "MPEG-2, Layer III"
        bit_rate, sample_rate = BIT_RATES[bits >> 12 & 15], SAMPLE_RATES[bits >> 10 & 3]
        assert bits >> 6 & 3 == 0b11, "mono"
        length = SAMPLES // 8 * bit_rate * 1000 // sample_rate + (bits >> 9 & 1)
        assert len(data) >= length, "a frame is cut off"
        yield data[:length]
        data = data[length:]


def seconds_of(data: bytes) -> float:
    return sum(SAMPLES / 16000 for _ in frames(data))


@pytest.mark.parametrize("seconds", [0.036, 0.5, 1, 2, 20, 61.3, 3600])
def test_a_recording_lasts_as_long_as_it_should(seconds: float) -> None:
    """To the nearest frame of 36 ms."""
    assert abs(seconds_of(b"".join(mp3_of(seconds))) - seconds) <= 0.0181


@pytest.mark.parametrize("seconds", [0, -1, 0.01])
def test_no_time_is_no_bytes(seconds: float) -> None:
    """Nor is less than half a frame."""
    assert b"".join(mp3_of(seconds)) == b""


def test_a_frame_stands_for_itself() -> None:
    """It begins no earlier than its own data, and these end within it."""
    for frame in frames(b"".join(mp3_of(1))):
        side = int.from_bytes(frame[4:13], "big")
        begin, length = side >> 64, side >> 51 & 0xFFF
        assert begin == 0
        assert 0 < length <= (len(frame) - 13) * 8


def test_a_long_recording_comes_piece_by_piece() -> None:
    """None of them large."""
    pieces = list(mp3_of(3600))
    assert len(pieces) == 100
    assert max(map(len, pieces)) == FRAMES_AT_ONCE * 36
