"""Campaigns through the functions: started over the API, dialled by the simulator, reported over the API."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.campaigning import EXECUTIONS
from tests.support.cato import cato_account
from tests.support.dialling import dial, started
from tests.support.hub import Hub

LISTENS, BUSY, NO_ANSWER, INVALID, NEVER_ENDS = 0, 65, 70, 75, 85


@pytest.fixture
def auth(hub: Hub) -> Mapping[str, str]:
    return cato_account(hub)


def report(hub: Hub, auth: Mapping[str, str], execution: str) -> dict[str, Any]:
    answer: dict[str, Any] = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json
    return answer


def test_a_campaign_is_dialled_to_its_end(hub: Hub, auth: Mapping[str, str]) -> None:
    """Everybody is called, and the report adds up."""
    execution = started(hub, auth, [LISTENS, (BUSY, LISTENS), INVALID], attemptDelayS=0)
    dial(hub)
    told = report(hub, auth, execution)["report"]
    counts = {name: told[name] for name in ("subscriberCount", "subscriberNotified", "subscriberFailed")}
    assert counts == {"subscriberCount": 3, "subscriberNotified": 2, "subscriberFailed": 1}
    assert (told["callsTotal"], told["callsSucceeded"], told["callsFailed"]) == (4, 2, 2)
    assert not told["activePhase"]
