"""GET /api/v1/{ws}/communications/callbacks/telephony/call-redirect: who should take a call."""

import pytest

from tests.support.crm import SERGEY
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.kontur import CLIENT, EXTERNAL_ID, INTEGRATION, USER, a_key, leg, path_of, tell

NOBODY = {
    "status": "notFound",
    "message": "Communication Xcom.Api.Models.Communications.CallRedirectRequest not found",
}


@pytest.fixture
def key(hub: Hub) -> dict[str, str]:
    hub.account()
    wish = {"account": "acme", "kind": "kontur", "base_url": "https://crm.example", "workspace": "sales",
            "access_key": "key-of-the-crm-0123456789", "users": [{"crm_user": USER, "extension": "104"}]}  # fmt: skip
    assert hub.operator("POST", "/admin/connectors", wish).status == 201
    return a_key(hub)


def ask(hub: Hub, key: dict[str, str], workspace: str = "acme", **query: str) -> Answer:
    return hub.request("GET", path_of("call-redirect", workspace), None, key, query)


def talked(hub: Hub, key: dict[str, str]) -> None:
    """The client has talked with the user at extension 104."""
    for name, changed in (("call-started", {}), ("call-event", leg("connected", "12:00:10")), ("call-finished", {})):
        assert tell(hub, key, name, **changed).status == 200
    hub.work_events()


@pytest.mark.parametrize("query", [
    {"phoneNumber": CLIENT}, {"phoneNumber": f"+{CLIENT}"}, {"phoneNumber": f"8{CLIENT[1:]}"},
    {"externalId": EXTERNAL_ID}, {"externalId": f"{INTEGRATION}/{EXTERNAL_ID}"},
], ids=str)  # fmt: skip
def test_who_talked_last_with_a_client_is_told(hub: Hub, key: dict[str, str], query: dict[str, str]) -> None:
    """By the CRM's id, however the number is written, and by the call as it was told."""
    talked(hub, key)
    answer = ask(hub, key, **query)
    assert (answer.status, answer.json) == (200, {"userIds": [USER]})


@pytest.mark.parametrize("query", [{"phoneNumber": "79990000000"}, {"externalId": "unknown"}, {"phoneNumber": "x"}])
def test_of_a_stranger_nobody_is_told(hub: Hub, key: dict[str, str], query: dict[str, str]) -> None:
    """In the documented shape."""
    talked(hub, key)
    answer = ask(hub, key, **query)
    assert (answer.status, answer.json) == (409, NOBODY)


def test_a_call_that_nobody_took_tells_nobody(hub: Hub, key: dict[str, str]) -> None:
    """Who was rung in vain is not who talked."""
    tell(hub, key, "call-started")
    tell(hub, key, "call-event")
    hub.work_events()
    assert ask(hub, key, phoneNumber=CLIENT).status == 409


STRANGER = "ae9f-0053d"  # a user of the CRM whom no connector knows


def happens(hub: Hub, key: dict[str, str], external_id: str, *types: str, user: str = STRANGER) -> None:
    """A call whose leg rings the user, and what becomes of the leg."""
    sides = {"from": {"type": "client"}, "to": {"type": "user", "userId": user}}
    assert tell(hub, key, "call-started", externalId=external_id).status == 200
    for second, type_ in enumerate(types):
        changed = {"externalId": external_id, **leg(type_, f"12:00:1{second}"), **sides}
        assert tell(hub, key, "call-event", **changed).status == 200
    hub.work_events()


def test_a_user_whom_no_connector_knows_is_told(hub: Hub, key: dict[str, str]) -> None:
    """Call-event named the user: by the number once the user has talked, by the call at once."""
    happens(hub, key, "c-1", "appeared")
    assert ask(hub, key, externalId="c-1").json == {"userIds": [STRANGER]}
    assert ask(hub, key, externalId=f"{INTEGRATION}/c-1").json == {"userIds": [STRANGER]}
    assert ask(hub, key, phoneNumber=CLIENT).status == 409
    happens(hub, key, "c-2", "appeared", "connected", "finished")
    for query in ({"externalId": "c-2"}, {"phoneNumber": CLIENT}, {"phoneNumber": f"+{CLIENT}"}):
        assert ask(hub, key, **query).json == {"userIds": [STRANGER]}


def test_who_answered_goes_before_who_was_rung(hub: Hub, key: dict[str, str]) -> None:
    """In the same call, and in an earlier call of the client."""
    happens(hub, key, "c-1", "appeared", "connected")
    happens(hub, key, "c-1", "appeared", "disconnected", user="other-user")
    assert ask(hub, key, externalId="c-1").json == {"userIds": [STRANGER]}
    happens(hub, key, "c-2", "appeared", user="third-user")
    assert ask(hub, key, externalId="c-2").json == {"userIds": [STRANGER]}


def test_rules_leave_no_choice_to_what_was_told(hub: Hub, key: dict[str, str]) -> None:
    """As of users whom a connector knows."""
    happens(hub, key, "c-1", "appeared", "connected")
    hub.operator("PUT", "/admin/accounts/acme/routing", {"rules": [], "default": ""})
    assert ask(hub, key, externalId="c-1").status == 409


def test_another_accounts_calls_tell_nothing(hub: Hub, key: dict[str, str]) -> None:
    """Neither by number nor by id."""
    talked(hub, key)
    hub.account("other")
    stranger = a_key(hub, "other")
    happens(hub, key, "c-1", "appeared", "connected")
    for query in ({"phoneNumber": CLIENT}, {"externalId": EXTERNAL_ID}, {"externalId": "c-1"}):
        assert ask(hub, stranger, "other", **query).status == 409


def test_without_a_number_or_a_call_the_fields_are_named(hub: Hub, key: dict[str, str]) -> None:
    """In the documented shape."""
    answer = ask(hub, key, userId=SERGEY)
    assert (answer.status, set(answer.json["errors"])) == (409, {"externalId", "phoneNumber"})


def test_a_wrong_key_is_401(hub: Hub, key: dict[str, str]) -> None:
    """And tells nothing; so does a good key on another workspace's path."""
    talked(hub, key)
    assert ask(hub, {"X-XCOM-AccessKey": "wrong"}, phoneNumber=CLIENT).status == 401
    assert ask(hub, key, "sales", phoneNumber=CLIENT).status == 401


def test_the_accounts_rules_go_before_who_talked_last(hub: Hub, key: dict[str, str]) -> None:
    """The same rules by which a PBX is told, and the same default."""
    talked(hub, key)
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "105"})
    rules = {"rules": [{"numbers": [CLIENT], "extension": "105"}], "default": ""}
    assert hub.operator("PUT", "/admin/accounts/acme/routing", rules).status == 200
    assert ask(hub, key, phoneNumber=CLIENT).json == {"userIds": ["105"]}
    assert ask(hub, key, phoneNumber="79990000000").status == 409
    hub.operator("PUT", "/admin/accounts/acme/routing", {"rules": [], "default": "105"})
    assert ask(hub, key, phoneNumber="79990000000").json == {"userIds": ["105"]}
