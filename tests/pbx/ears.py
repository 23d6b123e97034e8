"""Telephones' ears and keys: sockets of RTP that record what Asterisk plays, and press a key (RFC 4733).

A call is known by the port that Asterisk sends from. Payload type 8 is PCMA (RFC 3551).
"""

from __future__ import annotations

import socket
import struct
import threading
from collections import defaultdict
from contextlib import suppress
from types import TracebackType
from typing import Self

PCMA, HEADER = 8, 12
PRESS_AFTER = 35  # packets of 20 ms
PACKETS, STEP = 8, 160  # of a key, each 20 ms at 8,000 Hz
ENDING = 3  # the last packet of a key is sent so often


class Ear:
    """A socket of RTP, as a context. With `payload`, each call's party presses `key` after 0.7 s."""

    def __init__(self, port: int, payload: int = 0, key: int = 1) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._payload, self._key = payload, key
        self._heard: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
        self._pressed: set[int] = set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def recordings(self) -> list[list[int]]:
        """Return what each call heard, as samples, in the order of their numbers."""
        return [
            samples_of(b"".join(heard[place] for place in sorted(heard))) for heard in self._heard.values() if heard
        ]

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                packet, source = self._socket.recvfrom(2048)
                if len(packet) > HEADER and packet[1] & 127 == PCMA:
                    self._hear(packet, source)

    def _hear(self, packet: bytes, source: tuple[str, int]) -> None:
        stamp = struct.unpack_from("!I", packet, 4)[0]
        heard = self._heard[source[1]]
        heard[stamp] = packet[HEADER:]
        if self._payload and len(heard) >= PRESS_AFTER and source[1] not in self._pressed:
            self._pressed.add(source[1])
            threading.Thread(target=self._press, args=(source, stamp), daemon=True).start()

    def _press(self, to: tuple[str, int], stamp: int) -> None:
        """Send the packets of a key, all with one time; the last ones have the end bit."""
        for place in range(PACKETS + ENDING):
            ends = 0x80 if place >= PACKETS else 0
            length = min(place + 1, PACKETS) * STEP
            marker = 0x80 if place == 0 else 0
            head = struct.pack("!BBHII", 0x80, marker | self._payload, place, stamp, 0x5B5B)
            self._socket.sendto(head + struct.pack("!BBH", self._key, ends | 10, length), to)
            threading.Event().wait(0.02)


def samples_of(alaw: bytes) -> list[int]:
    """Return the samples of A-law (ITU-T G.711)."""
    return [_TABLE[byte] for byte in alaw]


def _sample(byte: int) -> int:
    value = byte ^ 0x55
    exponent, mantissa = (value >> 4) & 7, (value & 15) << 4
    size = mantissa + 8 if exponent == 0 else (mantissa + 0x108) << (exponent - 1)
    return size if value & 0x80 else -size


_TABLE = [_sample(byte) for byte in range(256)]


def likeness(heard: list[int], played: list[int]) -> float:
    """Return the highest correlation of the recording with the message, over shifts of up to two seconds."""
    window = played[: min(len(played), 8000)]  # the first second finds the shift
    shifts = range(0, max(1, min(16000, len(heard) - len(window))), 4)
    rough = max(shifts, key=lambda shift: _correlation(heard[shift : shift + len(window) : 4], window[::4]))
    near = range(max(0, rough - 4), rough + 5)
    return max(_correlation(heard[shift : shift + len(played)], played) for shift in near)


def _correlation(one: list[int], other: list[int]) -> float:
    """Return Pearson's correlation of the parts that both have."""
    size = min(len(one), len(other))
    if not size:
        return 0.0
    one, other = one[:size], other[:size]
    means = sum(one) / size, sum(other) / size
    products = sum((a - means[0]) * (b - means[1]) for a, b in zip(one, other, strict=True))
    powers = sum((a - means[0]) ** 2 for a in one) * sum((b - means[1]) ** 2 for b in other)
    return products / powers**0.5 if powers else 0.0
