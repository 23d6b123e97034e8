"""Accounts that can make calls, and their simulated calls played at the speed of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.gateway import Answer
from tests.support.hub import Hub

QUEUE, WORKER = "AdvancesQueue", "workers/advance_simulated_call"
EXTENSIONS = ("104", "105")
# Everything happens within one second, or nothing after the answer does for the length of a test.
AT_ONCE = {"ring": 3, "talk": 20, "speed": 1000, "channels": 100, "cps": 100}
LASTING = {"ring": 0, "talk": 3600, "speed": 1, "channels": 100, "cps": 100}


def caller(hub: Hub, account: str = "acme", settings: Mapping[str, Any] = AT_ONCE) -> dict[str, str]:
    """A new account with two extensions and a simulator; the headers of its token."""
    auth = hub.account(account)
    for number in EXTENSIONS:
        hub.operator("POST", "/admin/extensions", {"account": account, "number": number})
    choose(hub, settings, account)
    return auth


def choose(hub: Hub, settings: Mapping[str, Any], account: str = "acme") -> Answer:
    """Give an account a simulator with these settings."""
    body = {"provider": "simulator", "settings": settings}
    return hub.operator("PUT", f"/admin/accounts/{account}/telephony", body)


def call(hub: Hub, **fields: Any) -> Answer:
    """Start a call as the operator."""
    body = {"account": "acme", "extension": "104", "number": "79012345600", **fields}
    return hub.operator("POST", "/admin/calls", body)


def play(hub: Hub) -> None:
    """Let what is due happen, and the events of it be applied."""
    while hub.visible(QUEUE):
        hub.poll(QUEUE, WORKER)
    hub.work_events()
