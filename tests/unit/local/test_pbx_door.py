"""The front door's WebSocket for PBXs keeps the limits of API Gateway."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from local.front_door import FrontDoor, reserve
from local.pbx_door import AWS, GOING_AWAY, PATH, TOO_LARGE, Limits, limits_in

ARI = Subprotocol("ari")
WRONG = "Basic wrong"


def echo(connection: ServerConnection) -> None:
    for text in connection:
        connection.send(text)


def refuse(connection: ServerConnection, request: Any) -> Any:
    wrong = request.headers.get("Authorization") == WRONG
    return connection.respond(HTTPStatus.UNAUTHORIZED, "") if wrong else None


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    """A WebSocket API that sends back what it gets."""
    quick: dict[str, Any] = {"ping_interval": None, "close_timeout": 0.1, "max_size": None}
    with serve(echo, "127.0.0.1", 0, process_request=refuse, subprotocols=[ARI], **quick) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"


@contextmanager
def door(gateway: str) -> Iterator[str]:
    """The address for PBXs of a front door before a gateway."""
    taken = reserve(0)
    with FrontDoor(taken, "http://127.0.0.1:9", pbxs=gateway):
        yield f"ws://127.0.0.1:{taken.getsockname()[1]}{PATH}"


def opened(address: str, **headers: str) -> ClientConnection:
    return connect(
        address, subprotocols=[ARI], additional_headers=headers, ping_interval=None, close_timeout=1, max_size=None
    )


def closing(pbx: ClientConnection) -> int:
    """Wait for the end of a connection, and return its code."""
    with pytest.raises(ConnectionClosed) as closed:
        pbx.recv()
    assert closed.value.rcvd
    return closed.value.rcvd.code


def test_messages_pass_up_to_the_largest_frame(gateway: str) -> None:
    """Both ways, under the subprotocol; bytes count, and not letters. A larger frame ends the connection."""
    with door(gateway) as address:
        with opened(address) as pbx:
            assert pbx.subprotocol == ARI
            for text in ("{}", "я" * (AWS.frame // 2)):
                pbx.send(text)
                assert pbx.recv() == text
        for text in ("x" * (AWS.frame + 1), "я" * (AWS.frame // 2 + 1)):
            with opened(address) as pbx:
                pbx.send(text)
                assert closing(pbx) == TOO_LARGE


@pytest.mark.parametrize("limit", ["PBX_IDLE", "PBX_LIFE"])
def test_an_idle_or_old_connection_is_ended(gateway: str, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PBX connects again."""
    monkeypatch.setenv(limit, "0.05")
    with door(gateway) as address, opened(address) as pbx:
        assert closing(pbx) == GOING_AWAY


def test_a_refused_handshake_keeps_its_status(gateway: str) -> None:
    """Of the gateway; a gateway that is not there is 502."""
    for behind, headers, status in ((gateway, {"Authorization": WRONG}, 401), ("ws://127.0.0.1:9", {}, 502)):
        with door(behind) as address, pytest.raises(InvalidStatus) as refused:
            opened(address, **headers)
        assert refused.value.response.status_code == status


def test_the_limits_are_those_of_aws_unless_they_are_set() -> None:
    """In bytes and seconds."""
    assert limits_in({}) == AWS == Limits(32 * 1024, 600.0, 7200.0)
    assert limits_in({"PBX_FRAME": "1000", "PBX_IDLE": "2.5", "PBX_LIFE": ""}) == Limits(1000, 2.5, 7200.0)
