"""`make catch` shows what a receiver of deliveries gets."""

import httpx
import pytest

from local import catch
from local.errors import LocalError
from local.receiver import Received, Receiver

DELIVERY = {"content-type": "application/json", "webhook-id": "msg_1", "user-agent": "x"}


def test_a_delivery_is_shown_with_its_headers_and_body() -> None:
    """JSON is indented and keeps its letters; headers that say nothing of the delivery are left out."""
    shown = catch.caught(Received("POST", "/calls", DELIVERY, '{"имя": "start.call"}'.encode(), 0.0))
    assert shown.splitlines() == [
        "POST /calls",
        "  content-type: application/json",
        "  webhook-id: msg_1",
        "  {",
        '    "имя": "start.call"',
        "  }",
    ]


@pytest.mark.parametrize(("body", "line"), [(b"a=1", "  a=1"), (b"\xff", "  �")])
def test_a_body_that_is_no_json_is_shown_as_it_came(body: bytes, line: str) -> None:
    """Bytes that are no text have a mark in their place."""
    assert catch.caught(Received("POST", "/", {}, body, 0.0)).splitlines()[1] == line


def test_each_request_is_printed_and_answered(capsys: pytest.CaptureFixture[str]) -> None:
    """The receiver says 200, so that the hub takes the delivery for received."""
    with Receiver(catch.show) as receiver:
        assert httpx.post(f"{receiver.url}/calls", json={"n": 1}).status_code == 200
    assert "POST /calls" in capsys.readouterr().out


def test_a_port_that_is_taken_is_named() -> None:
    """So that another can be chosen."""
    with Receiver() as receiver, pytest.raises(LocalError, match="cannot be listened on"):
        Receiver(port=int(receiver.url.rsplit(":", 1)[1]))


@pytest.mark.parametrize("port", ["ninety", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With an answer in words, and no traceback."""
    assert catch.main([port]) == 1
    assert port in capsys.readouterr().err
