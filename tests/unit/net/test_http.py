"""The sender against receivers that misbehave: it is back in time, says what happened, and sends nothing twice."""

import socket
import zlib
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from switchboard.deliveries.model import Attempt
from switchboard.net import connection, http
from switchboard.net.connection import READ_AT_MOST, Connection
from switchboard.net.guard import Guard
from switchboard.net.http import HttpSender
from switchboard.net.resolver import Resolver
from tests.support.builders import NOON, a_request
from tests.support.receiver import (
    PATIENCE,
    Behaviour,
    Exchange,
    Received,
    Receiver,
    answer,
    answering,
    receiving,
    resetting,
)
from tests.support.threads import at_once

SHORT = 0.2  # seconds
LONG_PAST = 8000  # milliseconds: a sender that is back by then has kept some deadline
BIG = b"x" * 32 * 1024 * 1024  # more than any socket holds


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def sender() -> HttpSender:
    return HttpSender(allow_private=True)


@pytest.fixture
def deaf() -> Iterator[str]:
    """The URL of a receiver that lets clients connect, and never takes a byte."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


def send(sender: HttpSender, url: str, **fields: Any) -> Attempt:
    return sender.send(a_request(url, **fields), NOON)


def saying(data: bytes, *, stay: bool = False) -> Behaviour:
    """Answer with these bytes, and hang up unless told otherwise."""

    def behave(exchange: Exchange, request: Received) -> bool:
        exchange.send(data)
        return stay

    return behave


def assert_timed_out(attempt: Attempt, error: str = "timeout") -> None:
    assert (attempt.status, attempt.error) == (None, error)
    assert attempt.duration_ms < LONG_PAST


def test_an_attempt_tells_the_address(sender: HttpSender, receiver: Receiver) -> None:
    """An operator sees where the delivery went, over a fresh connection and over a kept one."""
    assert [send(sender, receiver.url).address for _ in range(2)] == ["127.0.0.1"] * 2


def test_an_attempt_that_failed_tells_the_address(sender: HttpSender) -> None:
    """And where it could not go."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    attempt = send(sender, f"http://127.0.0.1:{port}/")
    assert (attempt.error, attempt.address) == ("connection_refused", "127.0.0.1")


@pytest.mark.parametrize("value", ["120", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"])
def test_retry_after_is_told_as_it_came(sender: HttpSender, receiver: Receiver, value: str) -> None:
    """What it means is for the retry rule to say."""
    receiver.behave = answering(429, Retry_After=value)
    assert send(sender, receiver.url).retry_after == value


def test_an_endless_retry_after_is_cut(sender: HttpSender, receiver: Receiver) -> None:
    """No header makes a large record."""
    receiver.behave = answering(503, Retry_After="9" * 5000)
    assert send(sender, receiver.url).retry_after == "9" * 64


def test_no_retry_after_is_none(sender: HttpSender, receiver: Receiver) -> None:
    """Most answers have none."""
    assert send(sender, receiver.url).retry_after is None


@pytest.mark.parametrize("status", [200, 204, 304, 307, 404, 410, 429, 500])
def test_a_connection_is_kept_whatever_the_answer(sender: HttpSender, receiver: Receiver, status: int) -> None:
    """A receiver that says no is called again over the same connection."""
    receiver.behave = answering(status, b"" if status in (204, 304) else b"no")
    assert [send(sender, receiver.url).status for _ in range(3)] == [status] * 3
    assert receiver.connections == 1


@pytest.mark.parametrize(
    "data",
    [
        answer(200, Connection="close"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n\r\nok until the end",
        b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\nha",
        answer(200, b"x" * 10_000_000),
    ],
)
def test_an_answer_that_ends_with_its_connection_counts(sender: HttpSender, receiver: Receiver, data: bytes) -> None:
    """Closed, half, broken or far too long: the status is there, and the connection serves no more."""
    receiver.behave = saying(data)
    assert [send(sender, receiver.url).status for _ in range(2)] == [200] * 2
    assert receiver.connections == 2


def test_a_chunked_answer_is_read_to_its_end(sender: HttpSender, receiver: Receiver) -> None:
    """Its pieces are put together, and the connection is kept."""
    head = b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n"
    receiver.behave = saying(head + b"4\r\nno s\r\n7;x=y\r\nuch lea\r\n1\r\nd\r\n0\r\nA: b\r\n\r\n", stay=True)
    assert [send(sender, receiver.url).answer for _ in range(3)] == ["no such lead"] * 3
    assert receiver.connections == 1


@pytest.mark.parametrize(
    "interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"]
)
def test_interim_answers_are_skipped(sender: HttpSender, receiver: Receiver, interim: bytes) -> None:
    """What counts is the final answer, and the next one is not mistaken."""
    receiver.behave = saying(interim * 2 + answer(201), stay=True)
    assert [send(sender, receiver.url).status for _ in range(2)] == [201] * 2
    assert receiver.connections == 1


@pytest.mark.parametrize(
    "piece",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n",
        b"HTTP/1.1 103 Hints\r\n" + b"X: " + b"x" * 1000 + b"\r\n\r\n",
    ],
)
def test_interim_answers_without_an_end_are_read_no_further_than_64_kib(
    sender: HttpSender, receiver: Receiver, piece: bytes
) -> None:
    """Nothing final was said, so nothing was answered."""
    receiver.behave = saying(piece * (READ_AT_MOST // len(piece) + 1))
    attempt = send(sender, receiver.url)
    assert (attempt.status, attempt.error) == (None, "answer_too_large")


def test_any_number_of_headers_is_an_answer(
    sender: HttpSender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes bound the headers: 150 lines, thousands, folded lines, headers without an end, and a header of 100 KB."""
    monkeypatch.setattr(connection, "READ_FOR_SUCCESS", SHORT)
    ok, many = b"HTTP/1.1 200 OK\r\n", b"".join(b"X-Trace-%d: 1\r\n" % number for number in range(150))
    for headers in (many, many * 10, b"A:\r\n" * 10_000, b"X: 1\r\n folded: on\r\n" * 200):
        receiver.behave = saying(
            ok + headers + b"Content-Length: 2\r\nRetry-After: 7\r\n" + many + b"\r\nok", stay=True
        )
        attempts = [send(sender, receiver.url) for _ in range(2)]
        assert [(one.status, one.answer, one.retry_after) for one in attempts] == [(200, "ok", "7")] * 2
    assert receiver.connections == 1
    for headers in (b"X-Header: " + b"x" * 100_000, many * 60, many):
        receiver.behave = saying(ok + b"Retry-After: 7\r\n" + headers, stay=True)
        attempt = send(sender, receiver.url, timeout=PATIENCE)
        assert (attempt.status, attempt.error, attempt.retry_after) == (200, None, "7")


@pytest.mark.parametrize(
    "tail",
    [
        b"\r\n",
        b"\r\nhalf",
        b"Content-Length: 9\r\n\r\nhalf",
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"X-Head",
    ],
)
def test_a_receiver_that_answers_and_keeps_its_socket_open_is_not_waited_for(
    sender: HttpSender, receiver: Receiver, tail: bytes
) -> None:
    """A known status is an answer, whatever is still owed, and the socket serves no more."""
    assert connection.READ_FOR_SUCCESS <= connection.READ_FOR <= 1

    def holding(exchange: Exchange, request: Received) -> bool:
        exchange.send(b"HTTP/1.1 202 Accepted\r\n" + tail)
        exchange.pause(PATIENCE)
        return False

    receiver.behave = holding
    attempt = send(sender, receiver.url, timeout=PATIENCE)
    assert (attempt.status, attempt.error, attempt.answer) == (202, None, "half" if b"half" in tail else "")
    assert attempt.duration_ms < LONG_PAST


def test_header_names_leave_in_their_usual_capitals(sender: HttpSender, receiver: Receiver) -> None:
    """Some receivers compare them by letter. A name that somebody has chosen stays as chosen."""
    headers = {"content-type": "a", "webhook-id": "b", "x-api-key": "c", "X-XCOM-AccessKey": "d", "user-agent": "e"}
    send(sender, receiver.url, headers=headers, body=b"{}")
    head = receiver.requests[0].head.decode()
    assert [line.partition(":")[0] for line in head.splitlines()] == [
        "Host", "Accept-Encoding", "Content-Type", "Webhook-Id", "X-Api-Key", "X-XCOM-AccessKey", "User-Agent",
        "Content-Length",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"\x00\xff" * 50 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 " + b"x" * 65_000 + b"x" * 1000,
    ],
)
def test_what_is_no_answer_is_a_failure(sender: HttpSender, receiver: Receiver, data: bytes) -> None:
    """Nothing is raised, and nothing is taken for a success."""
    receiver.behave = saying(data)
    attempt = send(sender, receiver.url)
    assert attempt.status is None
    assert attempt.error in ("connection_broken", "answer_too_large")


def test_a_packed_answer_does_not_explode(sender: HttpSender, receiver: Receiver) -> None:
    """No more is unpacked than is kept."""
    receiver.behave = answering(500, zlib.compress(b"x" * 50_000_000), Content_Encoding="deflate")
    assert send(sender, receiver.url).answer == "x" * 1024


def test_a_request_that_is_not_taken_times_out(sender: HttpSender, deaf: str) -> None:
    """A receiver that reads nothing does not hold up the sender."""
    assert_timed_out(send(sender, deaf, body=BIG, timeout=SHORT))


def test_no_request_may_take_longer_than_the_longest(
    sender: HttpSender, deaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a subscription asks for."""
    monkeypatch.setattr(http, "LONGEST_TIMEOUT", SHORT)
    assert_timed_out(send(sender, deaf, timeout=3600.0))


def test_a_handshake_that_never_ends_is_a_failure_to_connect(
    sender: HttpSender, deaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS is part of connecting, and has no more than the time for it."""
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", SHORT)
    assert_timed_out(send(sender, deaf.replace("http:", "https:"), timeout=30.0), "connect_timeout")


def test_a_connection_that_breaks_under_way_is_told_and_not_sent_again(sender: HttpSender, receiver: Receiver) -> None:
    """The receiver may have taken the first one: only the retry rule sends it again."""
    send(sender, receiver.url)
    receiver.behave = resetting
    attempt = send(sender, receiver.url)
    assert (attempt.status, attempt.error) == (None, "connection_broken")
    assert (len(receiver.requests), receiver.connections) == (2, 1)


def test_a_connection_that_is_dead_before_the_first_byte_is_replaced(
    sender: HttpSender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was written, so nothing can arrive twice."""

    def answer_and_reset(exchange: Exchange, request: Received) -> bool:
        exchange.send(answer(200))
        return resetting(exchange, request)

    receiver.behave = answer_and_reset
    send(sender, receiver.url)
    assert receiver.hung_up.acquire(timeout=PATIENCE)
    monkeypatch.setattr(Connection, "quiet", True)  # as if the reset came only after the look
    assert send(sender, receiver.url).status == 200
    assert (len(receiver.requests), receiver.connections) == (2, 2)


@pytest.mark.parametrize("value", ["a\r\nX-Admin: 1", "a\nb", "a\rb", "a\r\n\r\nGET / HTTP/1.1", "a\x00b", "токен"])
def test_a_header_that_is_more_than_a_header_is_not_sent(sender: HttpSender, receiver: Receiver, value: str) -> None:
    """No credential smuggles in a header or a second request."""
    attempt = send(sender, receiver.url, headers={"authorization": value})
    assert (attempt.error, receiver.connections) == ("bad_request", 0)


def test_a_path_in_any_script_arrives_percent_encoded(sender: HttpSender, receiver: Receiver) -> None:
    """Escapes that are there already stay as they are."""
    send(sender, receiver.url + "/звонки/%20?имя=a b".replace(" ", "%20") + '&q="<>"')
    assert receiver.requests[0].path == (
        "/calls/%D0%B7%D0%B2%D0%BE%D0%BD%D0%BA%D0%B8/%20?%D0%B8%D0%BC%D1%8F=a%20b&q=%22%3C%3E%22"
    )


def test_many_threads_send_at_once(sender: HttpSender, receiver: Receiver) -> None:
    """Each gets its own answer, and they share the connections that are kept."""

    def echo(exchange: Exchange, request: Received) -> bool:
        exchange.send(answer(200, request.body))
        return True

    receiver.behave = echo

    def run(thread: int) -> list[bool]:
        bodies = [f"{thread}-{number}" for number in range(30)]
        return [send(sender, receiver.url, body=body.encode()).answer == body for body in bodies]

    done = at_once([lambda thread=thread: run(thread) for thread in range(10)])
    assert done == [[True] * 30] * 10
    assert receiver.connections <= 10


def test_a_slow_receiver_holds_up_no_other_thread(sender: HttpSender, receiver: Receiver) -> None:
    """While one waits for its answer, the others get theirs."""
    served = Event()

    def slow_to_the_first(exchange: Exchange, request: Received) -> bool:
        if request.body == b"slow":
            served.wait(PATIENCE)
        exchange.send(answer(200))
        return True

    receiver.behave = slow_to_the_first

    def fast() -> int | None:
        statuses = [send(sender, receiver.url).status for _ in range(20)]
        served.set()
        return statuses[-1]

    done = at_once([lambda: send(sender, receiver.url, body=b"slow", timeout=PATIENCE).status, fast])
    assert done == [200, 200]


def test_the_next_address_is_tried(receiver: Receiver) -> None:
    """A name whose first address is dead is served over the second."""
    sender = HttpSender(allow_private=True, guard=Guard(Resolver(lambda _: ["::1", "127.0.0.1"]), allow_private=True))
    attempt = send(sender, f"http://crm.example:{receiver.port}/")
    assert (attempt.status, attempt.address) == (200, "127.0.0.1")


def test_a_redirect_to_loopback_is_not_followed() -> None:
    """It is an answer like any other, whatever it points to."""
    with receiving() as inside, receiving(answering(302, Location=inside.url)) as outside:
        guard = Guard(Resolver(lambda _: ["127.0.0.1"]), allow_private=False, public=lambda _: True)
        attempt = send(HttpSender(allow_private=False, guard=guard), f"http://crm.example:{outside.port}/")
        assert (attempt.status, attempt.succeeded, inside.connections) == (302, False, 0)
