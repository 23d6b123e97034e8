"""Every list of the operator's API comes in pages of one shape."""

from typing import Any

import pytest

from switchboard.lambdas.routes import routes
from tests.support.builders import an_event
from tests.support.hub import Hub

# Answers that are no lists of one kind: one object, or an explanation.
NO_LISTS = {"/admin/explain"}
LISTS = [
    route.path
    for route in routes()
    if route.method == "GET"
    and route.path.startswith("/admin/")
    and route.path not in NO_LISTS
    and (not route.path.endswith("}"))
    and route.path.rpartition("/")[2] not in {"routing", "telephony", "campaigns", "authorisation"}
]
BODY = {"account": "acme", "dialect": "standard"}


@pytest.fixture
def full(hub: Hub) -> Hub:
    """An account with three of most things."""
    hub.account()
    for number in range(3):
        hub.account(f"other-{number}")
        hub.source(f"s-{number}")
        hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx"})
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": f"10{number}"})
        hub.operator("POST", "/admin/destinations", {**BODY, "url": f"https://crm-{number}.example/calls"})
        hub.operator("POST", "/admin/operators", {"name": f"person-{number}", "scopes": ["read"]})
        hub.operator("PUT", f"/admin/accounts/acme/do-not-call/7916000000{number}", {"reason": "asked"})
        hub.operator("POST", "/admin/accounts/acme/erase", {"number": f"7916000000{number}", "dry_run": True})
        wish = {"account": "acme", "idempotency_key": f"replay-{number}"}
        assert hub.operator("POST", "/admin/deliveries/replay", wish).status == 202
        event = {**an_event().raw, "params": {"call_id": f"call-{number}"}}
        hub.request("POST", "/webhooks/vpbx/s-0", event)
        hub.request("POST", "/webhooks/vpbx/s-0", {"event_name": "unknown.event", "number": number})
    for number in range(3):
        hub.request("POST", "/webhooks/vpbx/s-1", f"no event {number}")
    hub.work_events()
    return hub


def pages(hub: Hub, path: str, limit: int) -> list[list[Any]]:
    """The pages of a list, to the last."""
    found: list[list[Any]] = []
    query = {"account": "acme"} if path not in {"/admin/accounts", "/admin/operators"} else {}
    while True:
        answer = hub.operator("GET", path, limit=str(limit), **query)
        assert answer.status == 200, (path, answer.text)
        (name,) = answer.json.keys() - {"cursor"}
        found.append(answer.json[name])
        if answer.json["cursor"] is None:
            return found
        query["cursor"] = answer.json["cursor"]


def test_page_by_page_every_list_is_the_whole_list(full: Hub) -> None:
    """Two at a time as all at once: the same entries in the same order, each once, and a cursor at the end of each."""
    seen: dict[str, int] = {}
    for path in LISTS:
        at = path.replace("{account}", "acme").replace("{source}", "s-1" if path.endswith("refused") else "s-0")
        (whole,) = pages(full, at, 200)
        split = pages(full, at, 2)
        assert [one for page in split for one in page] == whole, path
        assert all(len(page) <= 2 for page in split), path
        seen[path] = len(whole)
    empty = {path for path, count in seen.items() if count < 3}
    assert empty <= {"/admin/connectors", "/admin/commands", "/admin/recordings", "/admin/deliveries"}


def test_every_list_refuses_a_wrong_limit(full: Hub) -> None:
    """400 with the parameter's name, as everywhere."""
    for path in LISTS:
        at = path.replace("{account}", "acme").replace("{source}", "s-0")
        query = {"account": "acme"} if path not in {"/admin/accounts", "/admin/operators"} else {}
        for limit in ("0", "201", "x"):
            answer = full.operator("GET", at, limit=limit, **query)
            assert (answer.status, answer.json["error"]["field"]) == (400, "limit"), path
