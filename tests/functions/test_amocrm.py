"""A connector tells amoCRM of the account's calls: from the PBX's event to the card."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from switchboard.dialects.amocrm import client
from switchboard.routing import route
from tests.functions.test_operator import assert_refused
from tests.functions.test_receivers_in_trouble import RETRY, last_sent, message
from tests.support.amocrm import AmoCrm, authorised, connect, listening
from tests.support.audio import mp3_of
from tests.support.calling import AT_ONCE, choose, play
from tests.support.hub import Hub
from tests.support.receiver import answering, receiving

CLIENT, LINE, CALL = "+79161234567", "73433000100", "9d2c1b7a5e4f60318899aabbccddeeff"


@pytest.fixture
def crm(hub: Hub) -> Iterator[AmoCrm]:
    """An account of amoCRM, authorised, whose users 512 and 513 have the extensions 101 and 102."""
    hub.account()
    hub.source()
    with listening(AmoCrm()) as crm:
        connect(hub, crm)
        assert authorised(hub).json["state"] == "authorised"
        yield crm


def happens(hub: Hub, name: str, at: str, **params: Any) -> None:
    """An event of a call at the account's IS.VPBX."""
    told = {"call_id": CALL, "event_date": f"2026-03-14 17:{at}", "src_phone": CLIENT, "dst_phone": LINE, **params}
    body = {"type": "call_event", "event_name": name, "params": told}
    assert hub.request("POST", "/webhooks/vpbx/s-office", body).status == 200
    hub.work_events()


def answered(hub: Hub, **end: Any) -> None:
    happens(hub, "start.call", "00:00", direction=1)
    happens(hub, "start.talk", "00:10", real_local_number="101")
    happens(hub, "end.call", "01:10", **{"disposition": "ANSWER", "duration": 70, "billsec": 60, **end})


def missed(hub: Hub) -> None:
    happens(hub, "start.call", "00:00", direction=1)
    happens(hub, "end.call", "00:30", disposition="NOANSWER", duration=30, billsec=0, wait_time=30)


def test_a_missed_call_stands_in_the_card_at_once(hub: Hub, crm: AmoCrm) -> None:
    """Once, by one request, whose body the operator sees without the token."""
    crm.add_contact(CLIENT)
    missed(hub)
    hub.work()
    (told,) = crm.calls
    assert (told["phone"], told["call_status"], told["duration"], told["uniq"]) == (CLIENT, 6, 0, CALL)
    (delivery,) = hub.operator("GET", "/admin/deliveries", state="delivered").json["deliveries"]
    shown = hub.operator("GET", f"/admin/deliveries/{delivery['id']}")
    assert ("/api/v4/calls" in shown.text, "access-" in shown.text + hub.log.getvalue()) == (True, False)


def test_a_conversation_is_logged_with_the_link_of_its_recording(hub: Hub, crm: AmoCrm) -> None:
    """The call waits for the recording; the link opens the recording without a token."""
    crm.add_contact(CLIENT)
    audio = mp3_of(12)
    with receiving(answering(200, audio)) as pbx:
        answered(hub, billsec=12, record=f"{pbx.url}/8.mp3")
        hub.work()
        assert crm.calls == []
        hub.fetches()
        hub.work()
    hub.invoke(RETRY, {"Records": [message("", body=last_sent(hub, "RetriesQueue"))]})
    hub.work()
    (told,) = crm.calls
    assert (told["duration"], told["call_status"], told["call_responsible"]) == (12, 4, 512)
    path, _, link = told["link"].partition("?link=")
    served = hub.request("GET", path.removeprefix("https://hub.example"), query={"link": link})
    assert (served.status, served.content) == (200, audio)


def test_an_unknown_caller_is_an_unsorted_entry(hub: Hub, crm: AmoCrm) -> None:
    """And a caller whose number is spelled otherwise is found."""
    missed(hub)
    hub.work()
    assert [one["metadata"]["phone"] for one in crm.unsorted] == [CLIENT]
    assert crm.paths() == ["POST /api/v4/calls", "GET /api/v4/contacts", "POST /api/v4/leads/unsorted/sip"]


def test_a_token_that_is_over_is_renewed_and_a_lost_grant_waits_for_the_owner(hub: Hub, crm: AmoCrm) -> None:
    """The call is kept; after the owner's new code it is told."""
    crm.add_contact(CLIENT)
    crm.access.clear()
    assert hub.operator("GET", f"{CONNECTOR}/authorisation", account="acme").json["state"] == "authorised"
    missed(hub)
    hub.work()
    assert len(crm.calls) == 1
    crm.access.clear()
    crm.refresh_tokens.clear()
    happens(hub, "start.call", "10:00", direction=1, call_id="second")
    happens(hub, "end.call", "10:30", disposition="NOANSWER", call_id="second", duration=30, billsec=0)
    hub.work()
    grant = hub.operator("GET", f"{CONNECTOR}/authorisation", account="acme").json
    assert (len(crm.calls), grant["state"], bool(grant["trouble"])) == (1, "authorise_again", True)
    crm.codes.add("code-2")
    assert authorised(hub, code="code-2").json["state"] == "authorised"
    hub.turns()
    hub.work()
    assert [one["uniq"] for one in crm.calls] == [CALL, "second"]


def test_a_limit_does_not_count_as_a_failure_of_the_receiver(
    hub: Hub, crm: AmoCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call is told afterwards."""
    crm.add_contact(CLIENT)
    monkeypatch.setattr(client, "PAUSE", 0.0)
    crm.refuse["/api/v4/calls"] = [429]
    missed(hub)
    hub.work()
    assert (len(crm.calls), [one for one in crm.paths() if "POST" in one]) == (1, ["POST /api/v4/calls"] * 2)
    assert not [
        one for one in hub.operator("GET", "/admin/endpoints", account="acme").json["endpoints"] if one["failing_since"]
    ]


def test_the_responsible_user_has_the_caller(hub: Hub, crm: AmoCrm, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the extension of the connector's list; an unknown number goes on to the next rule."""
    monkeypatch.setattr(route, "TIME_LIMIT", 30.0)
    hub.restart()
    crm.add_contact("8 (916) 123-45-67", responsible=513)
    for number in ("101", "102"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    rules = {"rules": [{"responsible_user": True}], "default": "101"}
    assert hub.operator("PUT", "/admin/accounts/acme/routing", rules).status == 200
    asked = [
        hub.request("GET", "/webhooks/s-office/route", None, None, {"phone": one}) for one in (CLIENT, "+79990000000")
    ]
    assert [one.text for one in asked] == ["102", "101"]


def test_a_click_in_the_widget_rings_the_employee_and_then_the_number(hub: Hub, crm: AmoCrm) -> None:
    """Once for each id, and for no stranger; without a secret the address takes nothing."""
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "101"})
    choose(hub, AT_ONCE)
    assert click(hub) == 401
    assert authorised(hub, code="", hook_secret=SECRET).json["state"] == "authorised"
    assert SECRET not in str(hub.stack.items("CommunicationsTable"))
    for status, changed in (
        (401, {"secret": "guess"}),
        (400, {"phone": ""}),
        (400, {"other": "x"}),
        (200, {}),
        (200, {}),
    ):
        assert click(hub, **changed) == status
    hub.poll("CrmCallsQueue", "workers/make_crm_call")
    hub.poll("CrmCallsQueue", "workers/make_crm_call")
    (command,) = hub.operator("GET", "/admin/commands", account="acme").json["commands"]
    assert (command["action"], command["state"]) == ("originate", "succeeded")
    crm.add_contact(CLIENT)
    play(hub)
    hub.work()
    assert [(one["direction"], one["phone"], one["call_responsible"]) for one in crm.calls] == [
        ("outbound", CLIENT, 512)
    ]


def click(hub: Hub, **changed: str) -> int:
    """The form that the widget posts; return the status of the answer."""
    fields = {"secret": SECRET, "user": "512", "phone": CLIENT, "id": "7f3a", **changed}
    return hub.request("POST", "/crm/acme/1/click", urlencode(fields)).status


def test_authorisation_is_asked_for_in_the_right_form(hub: Hub, crm: AmoCrm) -> None:
    """A code or a token, and no secret in any answer; a used code is the CRM's refusal."""
    for bad in ({}, {"code": "a", "access_token": "b"}, {"code": "a b"}, {"access_token": "a", "expires_in": 0}):
        assert authorised(hub, **{"code": "", **bad}).status == 400
    used = authorised(hub, code="code-1")
    assert (used.status, "provider_refused" in used.text) == (502, True)
    long = authorised(hub, code="", access_token=crm.give_tokens()["access_token"])
    assert (long.status, long.json["state"], long.json["expires_at"]) == (200, "authorised", None)
    shown = hub.operator("GET", f"{CONNECTOR}/authorisation", account="acme").text
    assert [word for word in ("access-", "refresh-", "client-secret") if word in shown + long.text] == []
    kept = str(hub.stack.items("CommunicationsTable"))
    assert [word for word in ("access-", "refresh-", "client-secret") if word in kept] == []
    hub.account("other")
    answer = hub.operator("GET", f"{CONNECTOR}/authorisation", account="other")
    assert_refused(answer, 404, "not_found", "connector")
    assert hub.operator("DELETE", CONNECTOR, account="acme").status == 204
    assert "GRANT#" not in str(hub.stack.items("CommunicationsTable"))


CONNECTOR, SECRET = "/admin/connectors/1", "a-secret-of-the-widget-7Qx3"
