"""The parser of server-sent events follows the standard, however the stream is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.accounts.upstream.streamed.server_sent import LONGEST_ID, MOST, EventStream

TALK = (
    '\ufeff: hello\r\nretry: 2500\rid: 7\ndata: {"a": 1}\n\n'
    "data: first\rdata:  second\r\nid: 8\r\n\r\n:\n"
    "event: x\ndata: Привет\nunknown: field\nid\n\n"
    "id: 9\n\ndata: cut off"
).encode()  # fmt: skip
SAID = ['{"a": 1}', "first\n second", "Привет"]


def whole(*pieces: bytes, last_id: str = "") -> tuple[EventStream, list[str]]:
    stream = EventStream(last_id)
    return stream, [event.data for piece in pieces for event in stream.feed(piece)]


@given(st.lists(st.integers(0, len(TALK))))
def test_however_it_is_cut_it_says_the_same(cuts: list[int]) -> None:
    """A cut may be inside a letter, a line end, the byte order mark or a field; an incomplete event is no event."""
    places = [0, *sorted(cuts), len(TALK)]
    stream, said = whole(*(TALK[begin:end] for begin, end in pairwise(places)))
    assert (said, stream.last_id, stream.retry, stream.left_out) == (SAID, "9", 2500, 0)


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_nothing_that_comes_breaks_it(pieces: list[bytes]) -> None:
    """Random bytes raise nothing, and pieces give the same events as the whole."""
    stream, said = whole(*pieces)
    at_once, the_same = whole(b"".join(pieces))
    assert (said, stream.last_id, stream.retry) == (the_same, at_once.last_id, at_once.retry)


@pytest.mark.parametrize(("text", "said"), [
    (b"data\n\n", [""]),
    (b"data:\n\n", [""]),
    (b"data\ndata\n\n", ["\n"]),
    (b"data:test\n\ndata: test\n\n", ["test", "test"]),
    (b"data: YHOO\ndata: +2\ndata: 10\n\n", ["YHOO\n+2\n10"]),
    (b": test stream\n\nid: 1\n\nevent: x\n\n", []),
    (b"data: x\r\n\r\n\r\n", ["x"]),
    (b"data: a\r\rdata: b\r\r", ["a", "b"]),
    (b" data: x\n\n", []),
    (b"data: \xff\n\n", ["\udcff"]),
])  # fmt: skip
def test_what_the_standard_says(text: bytes, said: list[str]) -> None:
    """The examples of the standard, and edge cases."""
    assert whole(text)[1] == said


@pytest.mark.parametrize(("text", "last_id"), [
    (b"id: 5\ndata: x\n\n", "5"),
    (b"id: 5\n\n", "5"),
    (b"id: 5\ndata: x\n", "before"),
    (b"id\n\n", ""),
    (b"id: a\x00b\n\n", "before"),
    (b"id:  padded\n\n", "before"),
    (b"id: \xd0\x96\n\n", "Ж"),
    (b"id: " + b"9" * (LONGEST_ID + 1) + b"\n\n", "before"),
    (b"id: 5\n\ndata: x\n\n", "5"),
])  # fmt: skip
def test_an_id_holds_from_the_end_of_its_block_on(text: bytes, last_id: str) -> None:
    """A block without an event sets the id too; an id that no header can carry is ignored."""
    assert whole(text, last_id="before")[0].last_id == last_id


@pytest.mark.parametrize(("text", "retry"), [
    (b"retry: 10\n", 10), (b"retry: -1\n", None), (b"retry: 1.5\n", None), (b"retry:\n", None),
    (b"retry: " + b"9" * 5000 + b"\n", None), (b"retry: 10\nretry: no\n", 10),
])  # fmt: skip
def test_a_time_to_wait_is_a_number(text: bytes, retry: int | None) -> None:
    """The value counts at once."""
    assert whole(text)[0].retry == retry


@pytest.mark.parametrize("block", [
    b"data: " + b"x" * (MOST + 1) + b"\n",
    (b"data: " + b"x" * 1000 + b"\n") * 66,
    b"data\n" * (MOST + 1),
])  # fmt: skip
def test_an_event_that_is_too_large_is_left_out(block: bytes) -> None:
    """Its id counts, and the following event is read."""
    stream, said = whole(b"id: 1\n" + block + b"\n", b"data: next\n\n")
    assert (said, stream.last_id, stream.left_out) == (["next"], "1", 1)


def test_a_line_without_an_end_is_not_kept() -> None:
    """The parser drops the rest of a line that is too long."""
    stream = EventStream()
    for _ in range(100):
        assert stream.feed(b"x" * MOST) == []
    assert len(stream._rest) <= MOST + 1
    assert stream.feed(b"\n\ndata: next\n\n") == [("next", 0)]
