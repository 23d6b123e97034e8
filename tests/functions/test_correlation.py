"""Calls started through a real IS.VPBX, here our own server's account `pbx`, and the commands that asked for them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard import bootstrap
from tests.support.builders import NOON
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.vendor import Vendor, vending

NUMBER = "79161234567"
SIMULATOR = {"provider": "simulator", "settings": {"ring": 0, "talk": 20, "speed": 1000}}
SETTLE = "workers/settle_command"


class Clock:
    """The time, which tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Office:
    """Account `acme`, whose telephony is the IS.VPBX of the account `pbx`."""

    def __init__(self, hub: Hub, vendor: Vendor, clock: Clock) -> None:
        self.hub, self.vendor, self.clock = hub, vendor, clock
        self.auth = hub.account("acme")
        hub.source("s-office")
        self.token = hub.account("pbx", allow_self=True)["Authorization"].removeprefix("Bearer ")
        for account in ("acme", "pbx"):
            hub.operator("POST", "/admin/extensions", {"account": account, "number": "104"})
        hub.operator("PUT", "/admin/accounts/pbx/telephony", SIMULATOR)
        settings = {"base_url": vendor.url, "token": self.token, "source": "s-office"}
        hub.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "vpbx", "settings": settings})

    def originate(self, number: str = "89161234567") -> Answer:
        return self.hub.operator("POST", "/admin/calls", {"account": "acme", "extension": "104", "number": number})

    def connect(self, spelling: dict[str, str] | None = None) -> None:
        """The source is connected to the PBX."""
        wish = {"base_url": self.vendor.url, "token": self.token, "spelling": spelling or {}}
        assert self.hub.operator("POST", "/admin/sources/s-office/connect", wish).status == 200

    def told(self, call_id: str = "pbx-call-1", name: str = "start.call", **params: Any) -> None:
        """The PBX tells of a call."""
        defaults = {"call_id": call_id, "src_phone": "73433000100", "dst_phone": NUMBER, "direction": 2}
        body = {"type": "call_event", "event_name": name, "params": {**defaults, "real_local_number": "104", **params}}
        assert self.hub.request("POST", "/webhooks/vpbx/s-office", body).status == 200
        self.hub.work_events()

    def command(self) -> dict[str, Any]:
        """The newest command of acme's."""
        found: dict[str, Any] = self.hub.operator("GET", "/admin/commands", account="acme").json["commands"][0]
        return found

    def settle(self) -> None:
        """The time for a call is over."""
        self.hub.poll("SettlementsQueue", SETTLE)
        self.hub.work_events()

    def news(self, call_id: str = "pbx-call-1") -> list[str]:
        """What the hub itself told of a call."""
        events = self.hub.operator("GET", f"/admin/calls/{call_id}", account="acme").json["events"]
        return [one["kind"] for one in events if one["kind"].startswith("command.")]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(bootstrap, "read_clock", found)
    return found


@pytest.fixture
def office(hub: Hub, clock: Clock) -> Iterator[Office]:
    with vending(hub) as vendor:
        yield Office(hub, vendor, clock)


def test_our_client_starts_a_call_through_our_server(office: Office) -> None:
    """The command is sent, and the PBX has begun a call."""
    answer = office.originate()
    assert (answer.status, answer.json["command"]["state"]) == (202, "sent")
    assert "POST /api/v1/application/originate" in office.vendor.asked
    theirs = office.hub.operator("GET", "/admin/commands", account="pbx").json["commands"]
    assert [(one["extension"], one["number"]) for one in theirs] == [("104", NUMBER)]


def test_the_call_of_a_command_is_found_by_its_events(office: Office) -> None:
    """The command has succeeded, and an event of the call says so."""
    office.originate()
    office.told()
    assert (office.command()["state"], office.command()["call_id"]) == ("succeeded", "pbx-call-1")
    assert office.news() == ["command.succeeded"]


def test_a_repeat_changes_nothing(office: Office) -> None:
    """Nor does the message at the end."""
    office.originate()
    office.told()
    office.told()
    office.told(name="local.out.call")
    office.settle()
    assert (office.command()["state"], office.news()) == ("succeeded", ["command.succeeded"])


def test_an_event_before_the_answer_finds_its_command(office: Office) -> None:
    """The PBX posts at once, and answers then."""

    def told_first(*_: Any) -> None:
        body = {"call_id": "pbx-call-1", "dst_phone": NUMBER, "direction": 2, "real_local_number": "104"}
        with office.hub.asking_as_the_test():
            office.hub.request(
                "POST", "/webhooks/vpbx/s-office", {"type": "call_event", "event_name": "start.call", "params": body}
            )
            office.hub.work_events()

    office.vendor.before["originate"] = told_first
    office.originate()
    assert (office.command()["state"], office.command()["call_id"]) == ("succeeded", "pbx-call-1")


def test_a_silent_pbx_may_have_called_all_the_same(office: Office) -> None:
    """504 at first; its events tell better."""
    office.vendor.refusals[("POST", "originate")] = 504
    assert office.originate().status == 504
    office.told()
    assert (office.command()["state"], office.command()["call_id"]) == ("succeeded", "pbx-call-1")


SOURCE_ALONE = {"provider": "vpbx", "settings": {"source": "s-office"}}
CHOOSE = "/admin/accounts/acme/telephony"


def test_a_connected_source_is_telephony_enough(office: Office) -> None:
    """Its address, token and spelling are those of the connection."""
    office.connect({"originate": "aplication"})
    assert office.hub.operator("PUT", CHOOSE, SOURCE_ALONE).status == 200
    assert office.originate().status == 202
    assert office.vendor.asked[-1] == "POST /api/v1/aplication/originate"


def test_a_connection_goes_before_settings_of_old(office: Office) -> None:
    """A token that was changed there is changed for calls as well."""
    settings = {"base_url": office.vendor.url, "token": "an-old-token", "source": "s-office"}
    office.hub.operator("PUT", CHOOSE, {"provider": "vpbx", "settings": settings})
    assert office.originate().status == 502
    office.connect()
    assert office.originate().status == 202


def test_a_source_that_was_disconnected_makes_no_calls(office: Office) -> None:
    """Where it was all that the telephony had: 409."""
    office.connect()
    office.hub.operator("PUT", CHOOSE, SOURCE_ALONE)
    office.hub.operator("POST", "/admin/sources/s-office/disconnect")
    answer = office.originate()
    assert (answer.status, answer.json["error"]["code"]) == (409, "notSupported")


def test_two_commands_that_one_call_fits_are_uncorrelated(office: Office) -> None:
    """And say why, as two events of the call."""
    office.vendor.refusals[("POST", "originate")] = 200  # a PBX whose extension takes a second call
    for seconds in (0, 11):
        office.clock.forward(seconds)
        office.originate()
    office.told()
    states = {
        (one["state"], one["reason"])
        for one in office.hub.operator("GET", "/admin/commands", account="acme").json["commands"]
    }
    assert states == {("uncorrelated", "several_commands")}
    assert office.news() == ["command.uncorrelated"] * 2


def test_a_second_call_leaves_the_command_uncorrelated(office: Office) -> None:
    """Nobody knows which of the two was asked for, and the first is told so."""
    office.originate()
    office.told("pbx-call-1")
    office.clock.forward(5)
    office.told("pbx-call-2")
    command = office.command()
    assert (command["state"], command["reason"], "call_id" in command) == ("uncorrelated", "several_calls", False)
    assert office.news() == ["command.succeeded", "command.uncorrelated"]
    office.settle()
    assert office.command() == command


def test_a_command_that_no_call_came_for_ends_uncorrelated(office: Office) -> None:
    """When the time for one is over."""
    office.originate()
    office.clock.forward(70)
    key = office.hub.stack.items("TelephonyTable")
    assert any("#pending:104" in str(row) for row in key)
    office.hub.invoke(SETTLE, {"Records": [settlement(office)]})
    assert (office.command()["state"], office.command()["reason"]) == ("uncorrelated", "no_call")
    office.told()
    assert office.command()["state"] == "uncorrelated"


def settlement(office: Office) -> dict[str, Any]:
    """The message that is held back for the newest command."""
    from switchboard.aws.codec import dump  # noqa: PLC0415
    from switchboard.telephony.pending import PendingKey  # noqa: PLC0415

    key = PendingKey("acme", "104", NOON, office.command()["id"])
    attributes = {"ApproximateReceiveCount": "1"}
    return {"messageId": "m1", "receiptHandle": "r1", "body": dump(key), "attributes": attributes}


@pytest.mark.parametrize(("status", "wanted"), [(400, 400), (401, 502), (404, 404), (409, 409), (429, 502), (503, 502)])
def test_what_the_pbx_refuses_is_told(office: Office, status: int, wanted: int) -> None:
    """And nothing waits for a call that will not come."""
    office.vendor.refusals[("POST", "originate")] = status
    answer = office.originate()
    assert (answer.status, office.command()["state"]) == (wanted, "failed")
    assert not any("#pending:" in str(row) for row in office.hub.stack.items("TelephonyTable"))
    assert office.token not in answer.text + office.hub.log.getvalue()
    assert "9161234567" not in office.hub.log.getvalue()


@pytest.mark.parametrize("path", ["hangup", "redirect"])
def test_what_it_cannot_do_is_said(office: Office, path: str) -> None:
    """409."""
    office.told()
    body = {"to": "105"} if path == "redirect" else None
    answer = office.hub.operator("POST", f"/admin/calls/pbx-call-1/{path}", body, account="acme")
    assert (answer.status, answer.json["error"]["code"]) == (409, "notSupported")


def test_another_accounts_call_is_not_taken_for_it(office: Office) -> None:
    """Though extension and number are the same."""
    office.hub.account("other")
    office.hub.source("s-other", account="other")
    office.originate()
    body = {"call_id": "c9", "dst_phone": NUMBER, "direction": 2, "real_local_number": "104"}
    office.hub.request(
        "POST", "/webhooks/vpbx/s-other", {"type": "call_event", "event_name": "start.call", "params": body}
    )
    office.hub.work_events()
    assert office.command()["state"] == "sent"
