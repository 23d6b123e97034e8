"""The account's region is the numbering plan wherever a number of the account is read."""

from typing import Any

import pytest

from tests.support.hub import Hub

BERLIN = "030 12345678"
SPELLINGS = (BERLIN, "+493012345678", "004930 12345678", "(030) 1234-5678", "tel:+49-30-12345678")


@pytest.fixture
def berlin(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A German account with one extension and a source that was given no region."""
    monkeypatch.setattr("switchboard.routing.route.TIME_LIMIT", 60)
    hub.operator("POST", "/admin/accounts", {"id": "berlin", "name": "Berlin", "region": "DE"})
    hub.operator("POST", "/admin/extensions", {"account": "berlin", "number": "101"})
    return hub


def add_source(hub: Hub, **fields: Any) -> dict[str, Any]:
    added: dict[str, Any] = hub.operator(
        "POST", "/admin/sources", {"account": "berlin", "dialect": "vpbx", **fields}
    ).json
    return added


def test_a_source_inherits_the_region_of_its_account(berlin: Hub) -> None:
    """Unless the source has its own; an empty region inherits again."""
    assert [add_source(berlin)["region"], add_source(berlin, region="KZ")["region"]] == ["DE", "KZ"]
    own = add_source(berlin, region="KZ")["id"]
    assert berlin.operator("PATCH", f"/admin/sources/{own}", {"name": "hall"}).json["region"] == "KZ"
    assert berlin.operator("PATCH", f"/admin/sources/{own}", {"region": ""}).json["region"] == "DE"


def test_national_spellings_find_a_call(berlin: Hub) -> None:
    """In the search and in the routing by the last employee."""
    source = add_source(berlin)["id"]
    params = {"call_id": "call-1", "src_phone": BERLIN, "direction": 1, "real_local_number": "101"}
    body = {"type": "call_event", "event_name": "start.talk", "params": params}
    berlin.request("POST", f"/webhooks/vpbx/{source}", body)
    berlin.work_events()
    berlin.operator("PUT", "/admin/accounts/berlin/routing", {"rules": [{"last_employee": {"days": 400}}]})
    for number in SPELLINGS:
        found = berlin.operator("GET", "/admin/calls", account="berlin", number=number).json["calls"]
        assert (number, [call["caller"]["e164"] for call in found]) == (number, ["+493012345678"])
        answer = berlin.request("GET", f"/webhooks/{source}/route", query={"phone": number})
        assert (number, answer.text) == (number, "101")


def test_filters_read_numbers_by_the_account(berlin: Hub) -> None:
    """Of a new destination and of a changed one."""
    wish = {"account": "berlin", "dialect": "standard", "url": "https://crm.example/in"}
    made = berlin.operator("POST", "/admin/destinations", {**wish, "filters": {"numbers": [BERLIN, "49*"]}}).json
    assert made["filters"]["numbers"] == ["493012345678", "49*"]
    path, change = (
        f"/admin/destinations/{made['id']}",
        {"filters": {"numbers": ["(030) 1234-5679"], "extensions": ["SIP/7"]}},
    )
    changed = berlin.operator("PATCH", path, change, account="berlin").json
    assert changed["filters"] == {"direction": None, "extensions": ["7"], "numbers": ["493012345679"]}
