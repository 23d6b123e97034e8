"""Ranges of bytes as RFC 9110 has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.recordings.ranges import Range, Unsatisfiable, read_range

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-", Range(0, 999)),
        ("bytes=0-0", Range(0, 0)),
        ("bytes=10-19", Range(10, 19)),
        ("bytes=990-5000", Range(990, 999)),
        ("bytes=-5", Range(995, 999)),
        ("bytes=-5000", Range(0, 999)),
        (" Bytes = 1 - 2 ", Range(1, 2)),
    ],
)
def test_a_range_is_read(header: str, found: Range) -> None:
    """No further than the end."""
    assert read_range(header, SIZE) == found


@pytest.mark.parametrize(
    "header",
    ["", "bytes=", "bytes=-", "bytes=5-1", "bytes=0-1,5-6", "items=0-1", "bytes=a-b", "bytes=" + "9" * 99 + "-"],
)
def test_what_is_no_single_range_is_the_whole(header: str) -> None:
    """As if nothing had been asked for."""
    assert read_range(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_past_the_end_there_is_nothing(header: str) -> None:
    """And the client is told so."""
    with pytest.raises(Unsatisfiable):
        read_range(header, SIZE)


@given(st.text(max_size=30), st.integers(1, 10**12))
def test_no_header_is_too_odd(header: str, size: int) -> None:
    """Whatever it says, what is sent lies within the file."""
    try:
        found = read_range(f"bytes={header}", size)
    except Unsatisfiable:
        return
    assert found is None or 0 <= found.first <= found.last < size
