"""Whom a caller should reach, as the account's Kontur.CRM says; our own server is the CRM."""

from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.crm import inbound
from switchboard.routing import route
from tests.support.crm import OLGA, WORKSPACE, Crm, connected, tell_inbound
from tests.support.hub import Hub
from tests.support.kontur import path_of

CALLER = "79161234567"
RULES = "/admin/accounts/acme/routing"
CRMS_RULES = f"/admin/accounts/{WORKSPACE}/routing"
PATIENT = 30.0


@pytest.fixture
def crm(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:
    """Whose server names Olga, as its own rules have it; the caller waits for as long as it takes here."""
    monkeypatch.setattr(route, "TIME_LIMIT", PATIENT)
    hub.restart()
    with connected(hub) as crm:
        hub.source()
        hub.operator("POST", "/admin/extensions", {"account": WORKSPACE, "number": "7"})
        wish = {"account": WORKSPACE, "kind": "kontur", "base_url": "https://crm.example", "workspace": "its-own",
                "access_key": "key-of-the-crms-own-0123", "users": [{"crm_user": OLGA, "extension": "7"}]}  # fmt: skip
        assert hub.operator("POST", "/admin/connectors", wish).status == 201
        hub.operator("PUT", CRMS_RULES, {"rules": [{"numbers": [CALLER], "extension": "7"}], "default": ""})
        yield crm


def rules(hub: Hub, *rules: dict[str, Any], default: str = "") -> None:
    assert hub.operator("PUT", RULES, {"rules": list(rules), "default": default}).status == 200


def ask(hub: Hub, phone: str = CALLER) -> str:
    answer = hub.request("GET", "/webhooks/s-office/route", None, None, {"phone": phone})
    assert answer.status == 200
    return answer.text


def test_a_caller_reaches_whom_the_crm_names(hub: Hub, crm: Crm) -> None:
    """By the number; the CRM's user is put to the extension that the connector says."""
    rules(hub, {"responsible_user": True}, default="101")
    assert ask(hub, "8 916 123-45-67") == "102"
    assert crm.asked == [{"phoneNumber": CALLER}]


def test_without_the_rule_the_crm_is_not_asked(hub: Hub, crm: Crm) -> None:
    """The account's rules say whether."""
    rules(hub, default="101")
    assert ask(hub) == "101"
    assert crm.asked == []


UNHELPFUL = [None, (409, '{"status":"notFound"}'), (503, ""), (200, "[]"), (200, '{"userIds":["x"]}')]


@pytest.mark.parametrize("said", UNHELPFUL, ids=str)
def test_a_crm_that_does_not_help_leaves_it_to_the_next_rule(hub: Hub, crm: Crm, said: tuple[int, str] | None) -> None:
    """Whether it knows nobody, is out of order, answers nonsense, or names a user of no extension."""
    crm.refusals = {"call-redirect": said} if said else {}
    rules(hub, {"responsible_user": True}, {"numbers": ["+7*"], "extension": "101"})
    assert ask(hub, "79990000000" if said is None else CALLER) == "101"
    assert len(crm.asked) == 1


def test_rules_with_the_crm_are_kept_and_shown(hub: Hub, crm: Crm) -> None:
    """As they were put."""
    wish = {"rules": [{"responsible_user": True}, {"last_employee": {"days": 3}}], "default": "101"}
    assert hub.operator("PUT", RULES, wish).status == 200
    assert hub.operator("GET", RULES).json == wish


def test_our_own_server_asks_no_crm(hub: Hub, crm: Crm) -> None:
    """So that two hubs that are each other's CRM do not ask in a circle."""
    hub.operator("PUT", CRMS_RULES, {"rules": [{"responsible_user": True}], "default": "7"})
    answer = hub.request("GET", path_of("call-redirect", WORKSPACE), None, crm.key, {"phoneNumber": CALLER})
    assert answer.json == {"userIds": [OLGA]}


def comes_in(hub: Hub) -> None:
    """A call by the account's own telephony, told twice."""
    for _ in range(2):
        tell_inbound(hub, CALLER)
    hub.work_events()
    hub.poll("CrmCallsQueue", "workers/make_crm_call")


def commands(hub: Hub) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hub.operator("GET", "/admin/commands", account="acme").json["commands"]
    return found


@pytest.mark.parametrize("wanted", [True, False])
def test_a_call_that_comes_in_is_put_through_where_the_operator_wants_it(
    hub: Hub,
    crm: Crm,
    wanted: bool,  # noqa: FBT001
) -> None:
    """To the extension of whom the CRM names; what came of it is a command like any other."""
    (connector,) = hub.operator("GET", "/admin/connectors", account="acme").json["connectors"]
    hub.operator("PATCH", f"/admin/connectors/{connector['id']}", {"redirect_inbound": wanted}, account="acme")
    hub.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "simulator", "settings": {}})
    comes_in(hub)
    assert [(one["action"], one["call_id"], one["number"]) for one in commands(hub)] == (
        [("redirect", "in-1", "102")] if wanted else []
    )
    assert crm.asked == ([{"phoneNumber": CALLER}] if wanted else [])


def test_the_crm_is_asked_by_the_call_while_the_call_rings(hub: Hub, crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names nobody by number; then it is told of the call, and names a user."""
    monkeypatch.setattr(inbound, "ASK_AGAIN", 0)
    (connector,) = hub.operator("GET", "/admin/connectors", account="acme").json["connectors"]
    hub.operator("PATCH", f"/admin/connectors/{connector['id']}", {"redirect_inbound": True}, account="acme")
    hub.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "simulator", "settings": {}})
    hub.operator("PUT", CRMS_RULES, {"rules": [], "default": ""})
    comes_in(hub)
    assert (commands(hub), crm.asked) == ([], [{"phoneNumber": CALLER}])
    hub.work()
    hub.operator("PUT", CRMS_RULES, {"rules": [{"numbers": [CALLER], "extension": "7"}], "default": ""})
    hub.poll("CrmCallsQueue", "workers/make_crm_call")
    assert [(one["action"], one["call_id"], one["number"]) for one in commands(hub)] == [("redirect", "in-1", "102")]
    assert crm.asked[1:] == [{"externalId": "in-1"}]
