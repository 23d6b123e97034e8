"""Connect, check and disconnect a source of SpRecord, with our own SpRecord server as the PBX."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.dialects.sprecord.client import EVENTS
from tests.functions.test_operator import assert_refused
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, answer
from tests.support.sprecord_day import sprecord_token
from tests.support.vendor import Vendor, vending
from tests.unit.builders import sample

PATH, HOOK = "/admin/sources/s-office", "/sys/subscribe_events"


class Office:
    """Our account `acme` with a source, and the account `pbx` that plays its SpRecord; both are one hub."""

    def __init__(self, hub: Hub, vendor: Vendor) -> None:
        self.hub, self.vendor = hub, vendor
        hub.account("acme", allow_self=True)
        hub.account("pbx", allow_self=True)
        hub.source("s-office", dialect="sprecord")
        self.auth = sprecord_token(hub, "pbx")
        hub.stack.refs["PublicUrl"] = vendor.url
        self.webhook = f"{vendor.url}/webhooks/sprecord/s-office"

    def connect(self, **fields: Any) -> Answer:
        token = self.auth["Authorization"].removeprefix("Bearer ")
        return self.hub.operator("POST", f"{PATH}/connect", {"base_url": self.vendor.url, "token": token, **fields})

    def hook(self) -> Any:
        """What the PBX tells to whom."""
        return self.hub.request("GET", HOOK, headers=self.auth).json

    def set_hook(self, url: str, *events: str) -> None:
        answer = self.hub.request("POST", HOOK, {"hook": url, "subscribe": events}, self.auth)
        assert answer.status == 200, answer.text

    def shown(self) -> Any:
        return self.hub.operator("GET", PATH).json["upstream"]

    def form(self) -> str:
        return str(self.hub.operator("GET", PATH).json["verification"])


@pytest.fixture
def office(hub: Hub) -> Iterator[Office]:
    with vending(hub) as vendor:
        yield Office(hub, vendor)


def test_a_source_is_connected_to_all_events(office: Office) -> None:
    """The PBX verifies our webhook, and tells all seven types to it; again changes nothing."""
    for _ in range(2):
        told = office.connect()
        upstream = told.json["upstream"]
        assert (told.status, upstream["state"]) == (200, "connected")
        assert upstream["events"] == {name: {"state": "subscribed"} for name in EVENTS}
        assert office.hook() == {"hook": office.webhook, "subscribe": list(EVENTS)}
    assert (office.form(), office.shown()["state"]) == ("text", "connected")


def test_events_of_the_pbx_come_in(office: Office) -> None:
    """A call at the PBX is a call of ours."""
    office.connect()
    office.hub.source("s-device", account="pbx", dialect="sprecord")
    office.hub.request("POST", "/webhooks/sprecord/s-device", sample("sprecord/incoming_call"))
    office.hub.work()
    office.hub.work()
    calls = office.hub.operator("GET", "/admin/calls").json["calls"]
    assert sorted(one["account"] for one in calls) == ["acme", "pbx"]


@pytest.mark.parametrize("status", [400, 404, 405, 501])
def test_a_pbx_that_takes_post_alone_is_connected(office: Office, status: int) -> None:
    """Its answer to the POST tells the state; a check sets the webhook again, and a disconnection removes it."""
    office.vendor.refusals[("GET", HOOK)] = status
    upstream = office.connect().json["upstream"]
    assert (upstream["state"], upstream["events"]["call_end"]) == ("connected", {"state": "subscribed"})
    office.set_hook("", *())
    seen = office.hub.operator("POST", f"{PATH}/check", {"repair": False}).json["upstream"]
    assert (seen["state"], office.hook()["hook"]) == ("connected", "")
    assert office.hub.operator("POST", f"{PATH}/check").json["upstream"]["state"] == "connected"
    assert office.hook()["hook"] == office.webhook
    assert office.hub.operator("POST", f"{PATH}/disconnect").status == 204
    assert (office.hook()["hook"], office.shown()) == ("", None)


def wanting_json(office: Office) -> None:
    """A PBX that takes the answer as `{"result": ...}` alone."""
    before = office.vendor.behave

    def behave(exchange: Exchange, request: Received) -> bool:
        wants = request.method == "POST" and request.path == HOOK and office.form() == "text"
        if not wants:
            return before(exchange, request)
        office.vendor.asked.append("refused")
        exchange.send(answer(400, json.dumps({"detail": "not verified"}).encode()))
        return False

    office.vendor.receiver.behave = behave


def test_where_plain_text_is_refused_json_is_tried_and_remembered(office: Office) -> None:
    """The next time it comes first."""
    wanting_json(office)
    assert office.connect().json["upstream"]["state"] == "connected"
    assert (office.form(), office.vendor.asked.count("refused")) == ("json", 1)
    assert office.connect().status == 200
    assert office.vendor.asked.count("refused") == 1


def test_where_neither_form_is_taken_all_is_as_before(office: Office) -> None:
    """The refusal is told."""
    office.vendor.refusals[("POST", HOOK)] = 400
    assert_refused(office.connect(), 502, "provider_refused")
    assert (office.form(), office.shown()) == ("text", None)
    assert office.hook()["hook"] == ""


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_token_or_a_pbx_that_is_no_good_changes_nothing(office: Office, status: int) -> None:
    """And our answer to the verification is not to blame."""
    office.vendor.refusals[("GET", HOOK)] = status
    assert_refused(office.connect(), 502, "provider_refused")
    assert office.shown() is None
    assert office.vendor.asked == [f"GET {HOOK}"]


def test_a_hook_that_is_set_already_is_left_alone_unless_it_may_be_taken_over(office: Office) -> None:
    """It is somebody's."""
    office.hub.source("s-other", account="pbx", dialect="sprecord")
    other = f"{office.vendor.url}/webhooks/sprecord/s-other"
    office.set_hook(other, "call_end")
    assert_refused(office.connect(), 409, "conflict", "take_over")
    assert office.hook()["hook"] == other
    assert office.connect(take_over=True).json["upstream"]["state"] == "connected"
    assert office.hook()["hook"] == office.webhook


def test_a_source_that_asks_for_credentials_is_not_connected(office: Office) -> None:
    """SpRecord shows none: its events would be refused."""
    office.hub.operator("PATCH", PATH, {"auth": {"type": "bearer", "token": "token-of-the-office-0123"}})
    assert_refused(office.connect(), 409, "conflict", "auth")


def test_a_check_sets_a_hook_that_is_gone(office: Office) -> None:
    """By itself every hour, too; without repair it only says so."""
    office.connect()
    office.set_hook("", *())
    seen = office.hub.operator("POST", f"{PATH}/check", {"repair": False}).json["upstream"]
    assert (seen["state"], seen["events"]["call_end"]) == ("partial", {"state": "missing"})
    assert office.hub.invoke("workflows/check_sources", {}) == {"sources": {"connected": 1}}
    assert office.hook()["hook"] == office.webhook


def test_a_check_does_not_take_from_others(office: Office) -> None:
    """Somebody has set another hook."""
    office.connect()
    office.hub.source("s-other", account="pbx", dialect="sprecord")
    other = f"{office.vendor.url}/webhooks/sprecord/s-other"
    office.set_hook(other, "call_end")
    seen = office.hub.operator("POST", f"{PATH}/check").json["upstream"]
    assert (seen["state"], seen["events"]["call_end"], office.hook()["hook"]) == ("partial", {"state": "taken"}, other)


@pytest.mark.parametrize(("status", "state"), [(401, "forbidden"), (500, "unreachable")])
def test_a_check_tells_what_is_wrong_with_the_pbx(office: Office, status: int, state: str) -> None:
    """And keeps it."""
    office.connect()
    office.vendor.refusals[("GET", HOOK)] = status
    assert office.hub.operator("POST", f"{PATH}/check").json["upstream"]["state"] == state
    assert office.shown()["state"] == state


def test_a_disconnected_source_is_told_nothing(office: Office) -> None:
    """Its hook is taken away, and the token forgotten; of a PBX that does not help, by force."""
    office.connect()
    assert office.hub.operator("POST", f"{PATH}/disconnect").status == 204
    assert (office.hook()["hook"], office.shown()) == ("", None)
    office.connect()
    office.vendor.refusals[("GET", HOOK)] = 500
    assert_refused(office.hub.operator("POST", f"{PATH}/disconnect"), 502, "provider_refused")
    assert office.hub.operator("POST", f"{PATH}/disconnect", {"force": True}).status == 204


def test_another_pbxs_hook_is_left_when_a_source_is_disconnected(office: Office) -> None:
    """It is not ours."""
    office.connect()
    office.hub.source("s-other", account="pbx", dialect="sprecord")
    other = f"{office.vendor.url}/webhooks/sprecord/s-other"
    office.set_hook(other, "call_end")
    office.hub.operator("POST", f"{PATH}/disconnect")
    assert office.hook()["hook"] == other


def test_the_token_is_neither_shown_nor_logged(office: Office) -> None:
    """It is kept sealed."""
    office.connect()
    token = office.auth["Authorization"].removeprefix("Bearer ")
    rows = json.dumps(office.hub.stack.items("AccountsTable"))
    assert token not in rows + office.hub.log.getvalue() + office.hub.operator("GET", PATH).text


def test_a_source_takes_the_address_of_recordings(hub: Hub) -> None:
    """An address without `{record_id}`, or one that is no URL, is 400 with the field."""
    hub.source("s-recorded", dialect="sprecord")
    path, address = "/admin/sources/s-recorded", "https://pbx.example.com/records/{record_id}.mp3"
    assert hub.operator("PATCH", path, {"recording_url": address}).json["recording_url"] == address
    assert hub.operator("PATCH", path, {"name": "New"}).json["recording_url"] == address
    for bad in ("https://pbx.example.com/records", "ftp://pbx.example.com/{record_id}", "{record_id}"):
        answer = hub.operator("PATCH", path, {"recording_url": bad})
        assert (answer.status, answer.json["error"]["field"]) == (400, "recording_url")
