"""Port Sender: what both senders promise, and what the real one promises of receivers that misbehave."""

import gzip
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

import pytest

from switchboard.deliveries.model import Attempt, PreparedRequest
from switchboard.deliveries.ports import Sender
from switchboard.net import connection
from switchboard.net.http import HttpSender
from tests.fakes.sender import MemorySender
from tests.support.builders import NOON, a_request
from tests.support.receiver import (
    PATIENCE,
    Behaviour,
    Exchange,
    Received,
    Receiver,
    answer,
    answering,
    dripping_body,
    dripping_headers,
    pouring,
    receiving,
    resetting,
    silent,
)

SHORT = 0.3  # seconds


@dataclass
class World:
    """A sender, and receivers for it."""

    sender: Sender
    answering: Callable[[int], str]
    refusing: Callable[[], str]


@pytest.fixture
def world(request: pytest.FixtureRequest, kind: str) -> Iterator[World]:
    if kind == "memory":
        yield memory_world()
        return
    with receiving() as receiver:

        def answers(status: int) -> str:
            receiver.behave = answering(status)
            return receiver.url

        yield World(HttpSender(allow_private=True), answers, lambda: f"http://127.0.0.1:{closed_port()}/")


def memory_world() -> World:
    sender, url = MemorySender(), "https://crm.example/calls"

    def answers(answer: int | str) -> str:
        sender.answer = lambda _: answer
        return url

    return World(sender, answers, lambda: answers("connection_refused"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def send(receiver: Receiver, behave: Behaviour, **fields: Any) -> Attempt:
    receiver.behave = behave
    return HttpSender(allow_private=True).send(a_request(receiver.url, **fields), NOON)


@pytest.mark.parametrize("status", [200, 204, 299])
def test_any_2xx_is_a_success(world: World, status: int) -> None:
    """The receiver says yes in whichever way."""
    attempt = world.sender.send(a_request(world.answering(status)), NOON)
    assert (attempt.status, attempt.succeeded, attempt.error, attempt.at) == (status, True, None, NOON)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 410, 429, 500, 503])
def test_anything_else_is_a_failure_with_its_status(world: World, status: int) -> None:
    """The receiver's no is told as it was said."""
    attempt = world.sender.send(a_request(world.answering(status)), NOON)
    assert (attempt.status, attempt.succeeded) == (status, False)


def test_no_answer_is_a_failure_with_a_reason(world: World) -> None:
    """Where nobody listens there is no status, and an error in its place."""
    attempt = world.sender.send(a_request(world.refusing()), NOON)
    assert (attempt.status, attempt.error, attempt.succeeded) == (None, "connection_refused", False)


def test_a_request_arrives_as_it_was_prepared(receiver: Receiver) -> None:
    """Method, path, headers and every byte of the body."""
    headers = {"content-type": "application/json", "webhook-id": "msg_1", "authorization": "Bearer s"}
    body = '{"имя":"Ёж"}'.encode()
    HttpSender(allow_private=True).send(PreparedRequest(receiver.url + "?a=1&b=%20", headers, body, 2.0), NOON)
    (received,) = receiver.requests
    assert (received.path, received.body) == ("/calls?a=1&b=%20", body)
    assert headers.items() <= received.headers.items()


def test_the_answer_is_kept(receiver: Receiver) -> None:
    """What a receiver says is what an operator looks for first."""
    assert send(receiver, answering(422, b'{"error":"bad"}')).answer == '{"error":"bad"}'


def test_the_first_kib_of_a_long_answer_is_kept(receiver: Receiver) -> None:
    """A long answer does not make a large record."""
    assert send(receiver, answering(500, b"x" * 50_000)).answer == "x" * 1024


def test_an_answer_that_is_no_text_is_kept_as_well_as_can_be(receiver: Receiver) -> None:
    """Bytes that are not UTF-8 are replaced."""
    assert send(receiver, answering(500, b"\xff\xfeab")).answer == "\ufffd\ufffdab"


def test_a_packed_answer_is_unpacked(receiver: Receiver) -> None:
    """An operator reads text, not gzip."""
    packed = gzip.compress(b"no such lead")
    assert send(receiver, answering(404, packed, Content_Encoding="gzip")).answer == "no such lead"


def test_a_broken_packed_answer_spoils_nothing(receiver: Receiver) -> None:
    """The status has arrived; what follows does not matter."""
    attempt = send(receiver, answering(200, b"not gzip", Content_Encoding="gzip"))
    assert (attempt.status, attempt.error) == (200, None)


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    """A receiver cannot send a delivery elsewhere."""
    with receiving() as elsewhere:
        attempt = send(receiver, answering(307, Location=elsewhere.url))
        assert (attempt.status, attempt.succeeded, elsewhere.requests) == (307, False, [])


def still_answering(receiver: Receiver) -> bool:
    """Whether the receiver has not yet ended the connection."""
    return not receiver.hung_up.acquire(blocking=False)


def test_a_receiver_that_never_answers_times_out(receiver: Receiver) -> None:
    """The sender is back in time and says why."""
    attempt = send(receiver, silent, timeout=SHORT)
    assert (attempt.status, attempt.error) == (None, "timeout")
    assert still_answering(receiver)


def test_headers_that_come_drop_by_drop_end_in_time(receiver: Receiver) -> None:
    """A byte now and then does not buy a receiver more time, and the status counts."""
    attempt = send(receiver, dripping_headers, timeout=SHORT)
    assert (attempt.status, attempt.error) == (200, None)


def test_a_body_that_comes_drop_by_drop_ends_in_time(receiver: Receiver) -> None:
    """The status counts, and the sender is back in time."""
    attempt = send(receiver, dripping_body, timeout=SHORT)
    assert (attempt.status, attempt.succeeded) == (200, True)


def test_a_body_that_stops_half_way_ends_in_time(receiver: Receiver) -> None:
    """A receiver that owes the rest of its answer is not waited for beyond the time-out."""

    def half(exchange: Exchange, request: Received) -> bool:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        exchange.pause(PATIENCE)
        return False

    attempt = send(receiver, half, timeout=SHORT)
    assert (attempt.status, attempt.answer) == (200, "half")
    assert still_answering(receiver)


def test_a_body_without_an_end_is_read_no_further_than_64_kib(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receiver cannot keep the sender busy or fill its memory."""
    read = count_bytes(monkeypatch)
    attempt = send(receiver, pouring, timeout=5.0)
    assert (attempt.status, len(attempt.answer)) == (200, 1024)
    assert sum(read) <= connection.READ_AT_MOST


def count_bytes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the pieces of body that are read."""
    sizes: list[int] = []
    original = HTTPResponse.read1

    def counted(response: HTTPResponse, amount: int = -1) -> bytes:
        piece = original(response, amount)
        sizes.append(len(piece))
        return piece

    monkeypatch.setattr(HTTPResponse, "read1", counted)
    return sizes


def test_a_connection_that_is_cut_off_is_a_failure(receiver: Receiver) -> None:
    """A reset is told as what it is."""
    attempt = send(receiver, resetting)
    assert (attempt.status, attempt.error) == (None, "connection_broken")


def test_an_answer_that_is_no_http_is_a_failure(receiver: Receiver) -> None:
    """Whatever a receiver sends, nothing is raised."""

    def babble(exchange: Exchange, request: Received) -> bool:
        exchange.send(b"220 smtp.example ESMTP\r\n\r\n")
        return False

    attempt = send(receiver, babble)
    assert (attempt.status, attempt.error) == (None, "connection_broken")


def test_a_connection_is_used_again(receiver: Receiver) -> None:
    """Deliveries to one receiver do not pay for a handshake each."""
    sender = HttpSender(allow_private=True)
    for _ in range(5):
        sender.send(a_request(receiver.url), NOON)
    assert [request.connection for request in receiver.requests] == [1] * 5


def test_a_connection_that_the_receiver_has_closed_is_not_used_again(receiver: Receiver) -> None:
    """A receiver that hangs up between deliveries loses none of them."""

    def once(exchange: Exchange, request: Received) -> bool:
        exchange.send(answer(200))
        return False

    receiver.behave = once
    sender = HttpSender(allow_private=True)
    for _ in range(3):
        assert sender.send(a_request(receiver.url), NOON).status == 200
        assert receiver.hung_up.acquire(timeout=PATIENCE)
    assert receiver.connections == 3


def test_a_receiver_on_a_private_address_is_refused(receiver: Receiver) -> None:
    """On AWS nothing is sent into a network that is not public, and no connection is opened."""
    attempt = HttpSender(allow_private=False).send(a_request(receiver.url), NOON)
    assert (attempt.status, attempt.error, receiver.connections) == (None, "address_not_public", 0)


@pytest.mark.parametrize(
    "host", ["localhost", "[::1]", "10.1.2.3", "169.254.169.254", "[::ffff:127.0.0.1]", "192.168.0.1"]
)
def test_no_spelling_of_a_private_address_gets_through(host: str) -> None:
    """Names, IPv6, mapped addresses and the metadata service are all seen for what they are."""
    attempt = HttpSender(allow_private=False).send(a_request(f"http://{host}:9/"), NOON)
    assert attempt.error == "address_not_public"


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads to a public and a private address is not half good."""
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    attempt = HttpSender(allow_private=False).send(a_request("http://mixed.example/"), NOON)
    assert attempt.error == "address_not_public"


def test_a_name_that_nobody_knows_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that does not resolve is told as what it is."""

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    attempt = HttpSender(allow_private=True).send(a_request("http://nobody.example/"), NOON)
    assert (attempt.status, attempt.error) == (None, "name_not_resolved")


@pytest.mark.parametrize(
    "url", ["http://" + "a" * 70 + ".example/", "http://a..b/", "http://[::1/", "ftp://127.0.0.1/"]
)
def test_a_url_that_cannot_be_called_is_a_failure(url: str) -> None:
    """Whatever a subscription holds, nothing is raised."""
    attempt = HttpSender(allow_private=True).send(a_request(url), NOON)
    assert (attempt.status, attempt.succeeded) == (None, False)
    assert attempt.error


def test_a_receiver_that_speaks_no_tls_is_a_failure(receiver: Receiver) -> None:
    """https is not quietly made http."""
    receiver.behave = resetting
    attempt = HttpSender(allow_private=True).send(a_request(receiver.url.replace("http:", "https:")), NOON)
    assert attempt.status is None
    assert attempt.error
