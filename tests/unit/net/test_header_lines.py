"""Answers with many header lines, of other systems' APIs, files and streams: all come by one kind of session."""

import pytest
import requests

from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from tests.support.receiver import Exchange, Received, receiving


@pytest.mark.parametrize(("lines", "is_taken"), [(99, True), (150, True), (400, True), (2000, False)])
def test_an_answer_may_have_many_header_lines(lines: int, *, is_taken: bool) -> None:
    """A known status is an answer; without an end of the lines there is none."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + b"".join(b"X-%d: y\r\n" % place for place in range(lines))

    def behave(exchange: Exchange, _: Received) -> bool:
        exchange.send(head + b"\r\n{}")
        return False

    with receiving(behave) as vendor, vetted_session(Guard(Resolver(), allow_private=True)) as session:
        url = f"http://127.0.0.1:{vendor.port}/"
        if is_taken:
            assert session.get(url, timeout=5).text == "{}"
        else:
            with pytest.raises(requests.ConnectionError):
                session.get(url, timeout=5)
