import httpx

from local.receiver import Answer, Received, Receiver


def test_a_receiver_keeps_what_it_gets() -> None:
    """Path, headers by lower-case name, body and the moment are there for a test to look at."""
    with Receiver() as receiver:
        assert httpx.post(f"{receiver.url}/a?b=1", json={"n": 1}, headers={"X-One": "1"}).status_code == 200
    (received,) = receiver.requests
    assert (received.method, received.path, received.json()) == ("POST", "/a?b=1", {"n": 1})
    assert received.headers["x-one"] == "1"
    assert received.at > 0


def test_a_receiver_answers_what_it_is_told() -> None:
    """Each request can get an answer of its own."""

    def respond(received: Received) -> Answer:
        return Answer(503, b"later", {"Retry-After": "7"}) if received.path == "/busy" else Answer(204)

    with Receiver(respond) as receiver:
        busy = httpx.post(f"{receiver.url}/busy")
        assert (busy.status_code, busy.text, busy.headers["retry-after"]) == (503, "later", "7")
        assert httpx.get(receiver.url).status_code == 204


def test_waiting_ends_when_enough_has_come() -> None:
    """`wait_for` says whether the condition came to hold in time."""
    with Receiver() as receiver:
        assert not receiver.wait_for(bool, 0.01)
        httpx.post(receiver.url)
        assert receiver.wait_for(lambda received: len(received) == 1, 5)
