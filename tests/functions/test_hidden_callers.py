"""Hidden callers are nobody: no rule, search, filter or CRM matches one, and two are never the same client."""

from typing import Any

import pytest

from tests.functions.test_routing import ask
from tests.support.hub import Hub

HIDDEN = (
    *("anonymous", "Anonymous", "0000000000", "70000000000", "9999999999", "sip:anonymous@anonymous.invalid"),
    *(
        '"Anonymous" <sip:unknown@10.0.0.5>',
        "restricted",
        "sip:private-number@pbx.example",
        "скрыт",
        "номер не определён",
    ),
    *("unterdrückt", "非通知", "266696687", "\u202aanonymous\u202c"),
)
LAST_EMPLOYEE = {"rules": [{"last_employee": {"days": 400}}], "default": "104"}


def start(hub: Hub, id_: str, caller: str, event: str = "start.call", extension: str = "101") -> None:
    """Tell of an incoming call as IS.VPBX does, and apply what was told."""
    params = {"call_id": id_, "src_phone": caller, "direction": 1, "real_local_number": extension}
    hub.request("POST", "/webhooks/vpbx/s-office", {"type": "call_event", "event_name": event, "params": params})
    hub.work_events()


@pytest.fixture
def office(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """An account with two extensions, a source, and the rule of the last employee; a slow machine has time."""
    monkeypatch.setattr("switchboard.routing.route.TIME_LIMIT", 60)
    hub.account("acme")
    hub.source("s-office")
    for number in ("101", "104"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    hub.operator("PUT", "/admin/accounts/acme/routing", LAST_EMPLOYEE)
    return hub


def listed(hub: Hub, number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.operator("GET", "/admin/calls", account="acme", number=number).json["calls"]
    return found


def test_a_hidden_caller_is_routed_to_nobodys_last_employee(office: Hub) -> None:
    """101 talked with hidden callers; each further one gets the default, and no search finds one."""
    for place, caller in enumerate(HIDDEN):
        start(office, f"call-{place}", caller, "start.talk")
    for caller in (*HIDDEN, ""):
        answer = ask(office, caller)
        assert (caller, answer.status, answer.text) == (caller, 200, "104")
    assert [caller for caller in HIDDEN if listed(office, caller)] == []


def test_a_hidden_caller_is_shown_as_hidden(office: Hub) -> None:
    """With the text that was received, and without E.164."""
    start(office, "call-1", "anonymous")
    shown = office.operator("GET", "/admin/calls/call-1", account="acme").json
    assert shown["caller"] == {"received": "anonymous", "e164": None, "hidden": True}


SPELLINGS = (
    "101",
    "0101",
    "SIP/101",
    "SIP/101-00001a2b",
    "PJSIP/101",
    "sip:101@10.0.0.5",
    "<sip:101@h>;tag=1",
    "101.0",
)


def test_an_extension_is_one_extension_in_every_spelling(office: Hub) -> None:
    """For the last employee, the legs of a call, and the search."""
    for place, spelling in enumerate(SPELLINGS):
        caller = f"7916555000{place}"
        start(office, f"call-{place}", caller, "start.talk", spelling)
        assert (spelling, ask(office, f"+{caller}").text) == (spelling, "101")
    assert [len(listed(office, spelling)) for spelling in SPELLINGS] == [len(SPELLINGS)] * len(SPELLINGS)


def test_the_accounts_own_spelling_of_an_extension_counts(office: Hub) -> None:
    """An account whose extension is `0103` is told `0103`, whatever the PBX wrote."""
    office.operator("POST", "/admin/extensions", {"account": "acme", "number": "0103"})
    start(office, "call-1", "79165550001", "start.talk", "SIP/103-00000012")
    assert ask(office, "89165550001").text == "0103"
