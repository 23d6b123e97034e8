"""A call started from the CRM, by IS.VPBX's API, all the way to what its subscribers get."""

from typing import Any

import pytest

from tests.support.gateway import Answer
from tests.support.hub import Hub

PATHS = ["/api/v1/application/originate", "/api/v1/aplication/originate"]
ORDER = {"local_num": "104", "phone2call": "79012345600", "callerid_num": "73512250000"}
SUCCESS = {"name": "200 OK", "message": "Originate Success"}
FAST = {"provider": "simulator", "settings": {"ring": 3, "talk": 20, "speed": 1000}}


@pytest.fixture
def auth(hub: Hub) -> dict[str, str]:
    """An account with two extensions and a simulator in which everything happens within a second."""
    auth = hub.account()
    for number in ("104", "105"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    assert hub.operator("PUT", "/admin/accounts/acme/telephony", FAST).status == 200
    return auth


def originate(hub: Hub, auth: dict[str, str], path: str = PATHS[0], **fields: Any) -> Answer:
    return hub.request("POST", path, {**ORDER, **fields}, auth)


@pytest.mark.parametrize("path", PATHS)
def test_an_originate_is_answered_as_documented(hub: Hub, auth: dict[str, str], path: str) -> None:
    """By both spellings of the path."""
    answer = originate(hub, auth, path)
    assert (answer.status, answer.json) == (200, SUCCESS)


def test_a_call_goes_all_the_way(hub: Hub, auth: dict[str, str]) -> None:
    """From the start to the end, in the state of the call."""
    originate(hub, auth)
    hub.poll("AdvancesQueue", "workers/advance_simulated_call")
    hub.work_events()
    (call,) = hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    assert (call["state"], call["disposition"], call["talk_duration"], call["wait_duration"]) == (
        "ended",
        "answered",
        20,
        5,
    )
