"""Zadarma as a PBX: its notifications, its check of an address, recordings and calls, against a strict imitation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.audio import mp3_of
from tests.support.hub import Hub
from tests.support.receiver import Receiver, receiving
from tests.support.zadarma import SECRET, SIGNED, TOKEN, Zadarma, signature, zadarma_account
from tests.unit.builders import sample

STORY = ("start", "internal", "answer", "end", "record")
RECORDED = "1772442005.55"
AUTH = {"type": "signature", "secret": SECRET}


@pytest.fixture
def vendor(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Zadarma]:
    monkeypatch.setattr("switchboard.routing.route.TIME_LIMIT", 60)
    hub.account()
    with zadarma_account(hub) as one:
        yield one


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def connected(hub: Hub, vendor: Zadarma) -> str:
    """A source that checks signatures, connected to the account; its id."""
    made = hub.operator(
        "POST", "/admin/sources", {"account": "acme", "dialect": "zadarma", "auth": AUTH, "history_days": 3650}
    )
    source = str(made.json["id"])
    asked = {"base_url": vendor.url, "token": TOKEN}
    assert hub.operator("POST", f"/admin/sources/{source}/connect", asked).status == 200
    return source


def tell(hub: Hub, vendor: Zadarma, *names: str) -> None:
    for name in names:
        told = vendor.notify(sample(f"zadarma/{name}"))
        assert told is not None
        assert told.status == 200
        hub.work_events()


def the_call(hub: Hub) -> dict[str, Any]:
    (call,) = hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    return dict(hub.operator("GET", f"/admin/calls/{call['id']}", account="acme").json)


def test_a_call_goes_through_the_hub_with_its_recording(hub: Hub, vendor: Zadarma, receiver: Receiver) -> None:
    """One call with its leg and its end; the file is asked for by a signed request, and kept. A repeat adds nothing."""
    connected(hub, vendor)
    hub.operator("POST", "/admin/destinations", {"account": "acme", "dialect": "standard", "url": receiver.url})
    tell(hub, vendor, *STORY)
    waiting = [turn["done"] for turn in hub.fetches()]
    vendor.record(RECORDED, 62)
    done = [turn["done"] for turn in hub.fetches()]
    tell(hub, vendor, *STORY)
    hub.fetches()
    hub.work()
    types = [json.loads(request.body)["type"] for request in receiver.requests]
    assert (waiting, done) == ([False], [True])
    assert sorted(types) == sorted(
        ["call.started", "leg.started", "call.answered", "call.ended", "custom", "recording.available"]
    )
    call = the_call(hub)
    assert (call["state"], call["recordings"][0]["state"]) == ("ended", "available")
    assert call["recordings"][0]["bytes"] == len(mp3_of(62))
    assert ("/v1/pbx/record/request/", {"call_id": RECORDED, "lifetime": "1800"}) in vendor.asked


def test_a_notification_without_its_signature_is_refused(hub: Hub, vendor: Zadarma) -> None:
    """Unsigned, signed with bytes in place of hex, or with another signed field: 401, and counted."""
    source = connected(hub, vendor)
    start = sample("zadarma/start")
    good = vendor.notify(start)
    assert good is not None
    assert good.status == 200
    for fields, sign in (
        (start, ""),
        (start, "bm90IGhleA=="),
        ({**start, "caller_id": "+79160000099"}, sign_of(start)),
    ):
        told = vendor.notify(fields, sign)
        assert told is not None
        assert told.status == 401
    shown = hub.operator("GET", f"/admin/sources/{source}").json
    assert shown["activity"]["refused"]["credentials"] == 3


def sign_of(fields: dict[str, str]) -> str:
    return signature("".join(fields[name] for name in SIGNED[fields["event"]]))


def test_an_address_repeats_the_value_of_a_check(hub: Hub, vendor: Zadarma) -> None:
    """As plain text, and only what no browser takes for a page; other vendors' addresses take POST alone."""
    source = connected(hub, vendor)
    assert vendor.hook.endswith(f"/webhooks/zadarma/{source}")
    assert set(vendor.switches.values()) == {"true"}

    def echo(value: str, path: str = f"/webhooks/zadarma/{source}") -> Any:
        return hub.request("GET", path, None, None, {"zd_echo": value})

    told = echo("a1b2-c3.d4=")
    assert (told.status, told.text) == (200, "a1b2-c3.d4=")
    assert told.headers["Content-Type"].startswith("text/plain")
    for hostile in ("", "<script>", "a b", "x" * 201, "a\n"):
        assert echo(hostile).status == 400
    hub.source("s-kontur", dialect="callevents")
    assert echo("a1", "/webhooks/zadarma/unknown").status == 404
    assert echo("a1", "/webhooks/fax/s-kontur").status == 404


def originate(hub: Hub, number: str = "+79160000043", extension: str = "204") -> Any:
    return hub.operator("POST", "/admin/calls", {"account": "acme", "extension": extension, "number": number})


def command(hub: Hub) -> dict[str, Any]:
    """The newest command."""
    return dict(hub.operator("GET", "/admin/commands", account="acme").json["commands"][0])


def telephony(hub: Hub, settings: dict[str, str]) -> int:
    body = {"provider": "zadarma", "settings": settings}
    return hub.operator("PUT", "/admin/accounts/acme/telephony", body).status


def test_a_call_from_a_crm_is_matched_by_its_numbers(hub: Hub, vendor: Zadarma) -> None:
    """The API returns no id; the notification of the outgoing call decides."""
    source = connected(hub, vendor)
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "204"})
    assert telephony(hub, {"source": source}) == 200
    assert hub.operator("POST", "/admin/accounts/acme/telephony/check").json["ok"] is True
    originate(hub)
    assert command(hub)["state"] == "sent"
    assert vendor.asked[-1] == ("/v1/request/callback/", {"from": "204", "to": "79160000043"})
    tell(hub, vendor, "out_start")
    assert (command(hub)["state"], command(hub)["call_id"]) == ("succeeded", the_call(hub)["id"])


def test_what_zadarma_refuses_is_told(hub: Hub, vendor: Zadarma) -> None:
    """A number or an extension, too many requests, a wrong secret."""
    source = connected(hub, vendor)
    for number in ("204", "206"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    telephony(hub, {"source": source})
    assert originate(hub, extension="206").status == 400
    vendor.left = 0
    assert originate(hub).json["error"]["code"] == "provider_refused"
    telephony(hub, {"base_url": vendor.url, "token": f"{TOKEN}x"})
    vendor.left = 100
    assert hub.operator("POST", "/admin/accounts/acme/telephony/check").json["reason"] == "credentials"
    telephony(hub, {"base_url": vendor.url, "token": "no-colon"})
    assert hub.operator("POST", "/admin/accounts/acme/telephony/check").json["ok"] is False


def test_a_recording_is_asked_for_with_the_token_of_the_telephony(hub: Hub, vendor: Zadarma) -> None:
    """Where the source is not connected. Without any token the recording waits, and says why."""
    hub.source("s-zadarma", dialect="zadarma")
    vendor.hook, vendor.switches = "/webhooks/zadarma/s-zadarma", dict.fromkeys(vendor.switches, "true")
    vendor.record(RECORDED, 62)
    tell(hub, vendor, "end")
    hub.fetches()
    (waiting,) = hub.operator("GET", "/admin/recordings").json["recordings"]
    assert (waiting["state"], waiting["reason"]) == ("expected", "link_forbidden")
    telephony(hub, {"source": "s-zadarma", "base_url": vendor.url, "token": TOKEN})
    hub.fetches()
    (found,) = hub.operator("GET", "/admin/recordings").json["recordings"]
    assert found["state"] == "available"


def test_the_answer_to_a_start_sends_the_caller_to_an_extension(hub: Hub, vendor: Zadarma) -> None:
    """By the account's rules; the scenario of the PBX goes on for a caller without an extension, and after a time."""
    connected(hub, vendor)
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "204"})
    rules = {"rules": [{"numbers": ["+7916*"], "extension": "204"}], "default": ""}
    hub.operator("PUT", "/admin/accounts/acme/routing", rules)
    start = sample("zadarma/start")
    told = [vendor.notify(start), vendor.notify({**start, "caller_id": "+4930123456", "pbx_call_id": "in_2"})]
    assert [one.json for one in told if one] == [{"redirect": "204", "return_timeout": 15}, {}]
    hub.work_events()
    assert len(hub.operator("GET", "/admin/calls", account="acme").json["calls"]) == 2
    ringing = vendor.notify(sample("zadarma/internal"))
    assert ringing is not None
    assert ringing.json["status"] == "accepted"
