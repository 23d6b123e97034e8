"""The account's region is the numbering plan wherever a number of the account is read."""

from typing import Any

import pytest

from tests.support.calling import LASTING, choose, play
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


def test_a_search_in_all_accounts_reads_the_number_by_each_accounts_region(berlin: Hub) -> None:
    """One spelling means two telephones: 0712 345678 is one in Reutlingen and another in Kenya."""
    berlin.account("nairobi")
    berlin.operator("PATCH", "/admin/accounts/nairobi", {"region": "KE"})
    berlin.source("s-nairobi", account="nairobi", region="KE")
    for source in (add_source(berlin)["id"], "s-nairobi"):
        params = {"call_id": f"of-{source}", "src_phone": "0712 345678", "direction": 1}
        body = {"type": "call_event", "event_name": "start.call", "params": params}
        berlin.request("POST", f"/webhooks/vpbx/{source}", body)
    berlin.work_events()
    for spelling in ("0712 345678", "0712-345678", "(0712) 345678"):
        found = berlin.operator("GET", "/admin/calls", number=spelling).json["calls"]
        assert sorted(call["caller"]["e164"] for call in found) == ["+254712345678", "+49712345678"]
    assert len(berlin.operator("GET", "/admin/calls", number="+254712345678").json["calls"]) == 1


def test_a_number_to_call_is_compared_by_the_account(berlin: Hub) -> None:
    """Two spellings of a German number are one call; the simulator's events have its E.164."""
    choose(berlin, LASTING, "berlin")
    for number in SPELLINGS:
        wish = {"account": "berlin", "extension": "101", "number": number}
        assert berlin.operator("POST", "/admin/calls", {**wish, "idempotency_key": "one"}).status in (200, 202)
    play(berlin)
    (call,) = berlin.operator("GET", "/admin/calls", account="berlin").json["calls"]
    assert call["callee"]["e164"] == "+493012345678"


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
