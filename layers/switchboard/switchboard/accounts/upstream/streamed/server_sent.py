"""Parser of server-sent events (WHATWG HTML, section 'Interpreting an event stream')."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from switchboard.kernel.hops import FIELD, hops_in

MOST = 64 * 1024  # bytes of an event's data, and of a line: the limit of the webhooks too
LONGEST_ID = 256
LONGEST_NUMBER = 9  # digits of a `retry`
LINE_END = re.compile(rb"\r\n|\r|\n")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ServerSentEvent(NamedTuple):
    """The data of one event, and how many hubs the event has passed: the hub's own field `hops`, 0 without it."""

    data: str
    hops: int


class EventStream:
    """The parser of one connection.

    `last_id` is the id of the last complete event, from which the next connection continues. `retry` is in
    milliseconds, None until the server sends one. `left_out` counts events over the size limit; their ids still move
    `last_id`.
    """

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        self.retry: int | None = None
        self.left_out = 0
        self._id = last_id
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        self._hops = 0
        self._after_return = False
        self._begun = False

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        """Return each event that ends in `piece`. A piece may end anywhere in the stream.

        Bytes that are not UTF-8 become surrogates: `encode(errors="surrogateescape")` returns the bytes as received.
        """
        return [event for line in self._lines(piece) if (event := self._read(line)) is not None]

    def _lines(self, piece: bytes) -> Iterator[bytes]:
        """Return the lines that end in `piece`. A carriage return and its line feed may come in two pieces."""
        if self._after_return and piece:
            piece = piece.removeprefix(b"\n")
            self._after_return = False
        *whole, rest = LINE_END.split(piece)
        self._after_return = self._after_return or piece.endswith(b"\r")
        for line in whole:
            yield self._first(self._rest + line)
            self._rest = b""
        self._rest = (self._rest + rest)[: MOST + 1]  # enough to see that the line is too long

    def _first(self, line: bytes) -> bytes:
        """Return the line; the byte order mark of the first line is removed."""
        begun, self._begun = self._begun, True
        return line if begun else line.removeprefix(BYTE_ORDER_MARK)

    def _read(self, line: bytes) -> ServerSentEvent | None:
        if not line:
            return self._dispatched()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._add(value, cut=len(line) > MOST)
        elif name == b"id":
            self._set_id(value.decode(errors="replace"))
        elif name == FIELD.encode():
            self._hops = hops_in(value.decode(errors="replace"))
        elif name == b"retry" and value.isdigit() and len(value) <= LONGEST_NUMBER:
            self.retry = int(value)
        return None

    def _add(self, value: bytes, *, cut: bool) -> None:
        self._size += MOST + 1 if cut else len(value) + 1
        if self._size <= MOST:
            self._data.append(value)

    def _set_id(self, value: str) -> None:
        """Ignore an id that no header can carry. The standard demands this for the null character only."""
        if value.isprintable() and value == value.strip() and len(value) <= LONGEST_ID:
            self._id = value

    def _dispatched(self) -> ServerSentEvent | None:
        self.last_id = self._id
        data, size, hops = self._data, self._size, self._hops
        self._data, self._size, self._hops = [], 0, 0
        if size > MOST:
            self.left_out += 1
            return None
        return ServerSentEvent(b"\n".join(data).decode(errors="surrogateescape"), hops) if data else None
