"""A recording of any length: a quiet tone as MPEG-2 Layer III (ISO/IEC 13818-3), 16 kHz, mono, 8 kbit/s.

Every frame is the same and self-contained (main_data_begin is 0), so a file may have any number of frames.
A frame has 576 samples, 36 ms, in 36 bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

FRAME_BYTES = 36
FRAME_MS = 36
FRAMES_AT_ONCE = 1000

# Sync, MPEG-2, Layer III, no CRC; 8 kbit/s, 16 kHz, no padding; mono, original.
HEADER = f"{0b11111111111_10_01_1:016b}{1:04b}{2:02b}00{3:02b}000100"
# One spectral line of 576, number 31 (about 440 Hz): 15 pairs of zeros, a pair of zero and one, and a plus sign, as
# code table 1 has them.
MAIN_DATA = "1" * 15 + "001" + "0"
BIG_VALUES = 16
GAIN = 190  # 2 ** ((190 - 210) / 4): 30 dB below the loudest
SIDE_INFO = (
    f"{0:08b}"  # main_data_begin
    "0"  # private
    f"{len(MAIN_DATA):012b}{BIG_VALUES:09b}{GAIN:08b}"
    f"{0:09b}"  # scale factors: none
    "0"  # long blocks alone
    f"{1:05b}{0:05b}{0:05b}"  # code tables of three regions
    f"{7:04b}{0:03b}"  # all values that are not zero lie in the first region
    "00"  # scale of the factors, table of the quadruples
)


def mp3_of(seconds: float) -> Iterator[bytes]:
    """Yield the bytes of an MP3 file of this length, to the nearest frame of 36 ms; nothing for 0 seconds."""
    left = round(max(0.0, seconds) * 1000 / FRAME_MS)
    frame = _frame()
    while left > 0:
        count = min(left, FRAMES_AT_ONCE)
        yield frame * count
        left -= count


def _frame() -> bytes:
    bits = (HEADER + SIDE_INFO + MAIN_DATA).ljust(FRAME_BYTES * 8, "0")
    return int(bits, 2).to_bytes(FRAME_BYTES, "big")
