"""GET /webhooks/{source}/route, and GET, PUT and DELETE /admin/accounts/{account}/routing."""

from base64 import b64encode
from typing import Any

import pytest

from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import AuthScheme, SourceAuth
from switchboard.bootstrap import inbound
from tests.functions.test_operator import assert_refused
from tests.support.builders import an_event
from tests.support.gateway import Answer
from tests.support.hub import Hub

RULES = "/admin/accounts/acme/routing"
ROUTE = "/webhooks/s-office/route"
PHONE = "+79161234567"
GOOD: dict[str, Any] = {
    "rules": [{"numbers": [PHONE, "+7351*"], "extension": "104"}, {"last_employee": {"days": 30}}],
    "default": "101",
}


@pytest.fixture
def office(hub: Hub) -> Hub:
    """An account with two extensions and a source."""
    hub.account("acme")
    hub.source("s-office")
    for number in ("101", "104"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    return hub


def ask(hub: Hub, phone: str = PHONE, headers: dict[str, str] | None = None, **query: str) -> Answer:
    return hub.request("GET", ROUTE, None, headers, {"phone": phone, **query})


def test_rules_are_kept_and_shown(office: Hub) -> None:
    """As they were put; none before, and none after they are removed."""
    assert office.operator("GET", RULES).json == {"rules": [], "default": ""}
    put = office.operator("PUT", RULES, GOOD)
    assert (put.status, put.json) == (200, GOOD)
    assert office.operator("GET", RULES).json == GOOD
    assert [office.operator("DELETE", RULES).status for _ in range(2)] == [204, 204]
    assert office.operator("GET", RULES).json == {"rules": [], "default": ""}


BAD: list[tuple[dict[str, Any], str]] = [
    ({"rules": "all"}, "rules"),
    ({"rules": [7]}, "rules.0"),
    ({"rules": [{}]}, "rules.0"),
    ({"rules": [{"numbers": [PHONE]}]}, "rules.0"),
    ({"rules": [{"extension": "104"}]}, "rules.0"),
    ({"rules": [{"numbers": [], "extension": "104"}]}, "rules.0"),
    ({"rules": [{"numbers": ["*"], "extension": "104"}]}, "rules.0.numbers.0"),
    ({"rules": [{"numbers": ["+7*1"], "extension": "104"}]}, "rules.0.numbers.0"),
    ({"rules": [{"numbers": ["office"], "extension": "104"}]}, "rules.0.numbers.0"),
    ({"rules": [{"numbers": [PHONE], "extension": "999"}]}, "rules.0.extension"),
    ({"rules": [{"numbers": [PHONE], "extension": "10 4"}]}, "rules.0.extension"),
    ({"rules": [{"numbers": [PHONE], "extension": "104", "last_employee": {"days": 1}}]}, "rules.0"),
    ({"rules": [{"responsible_user": False}]}, "rules.0.responsible_user"),
    ({"rules": [{"responsible_user": True, "last_employee": {"days": 1}}]}, "rules.0"),
    ({"rules": [{"responsible_user": True}] * 2}, "rules"),
    ({"rules": [{"last_employee": {"days": 0}}]}, "rules.0.last_employee.days"),
    ({"rules": [{"last_employee": {"days": "soon"}}]}, "rules.0.last_employee.days"),
    ({"rules": [{"last_employee": {"days": 1}}] * 101}, "rules"),
    ({"default": "999"}, "default"),
    ({"default": 104}, "default"),
]


@pytest.mark.parametrize(("fields", "field"), BAD, ids=lambda value: str(value)[:60])
def test_bad_rules_are_refused_by_the_name_of_their_field(office: Hub, fields: dict[str, Any], field: str) -> None:
    """400, and those before stay."""
    office.operator("PUT", RULES, GOOD)
    assert_refused(office.operator("PUT", RULES, fields), 400, "invalid", field)
    assert office.operator("GET", RULES).json == GOOD


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_account_has_no_rules(hub: Hub, method: str) -> None:
    """404."""
    assert_refused(hub.operator(method, "/admin/accounts/nobody/routing", GOOD), 404, "not_found", "account")


def test_a_caller_is_told_as_text(office: Hub) -> None:
    """The extension and nothing else."""
    office.operator("PUT", RULES, GOOD)
    answer = ask(office, "8 (916) 123-45-67")
    assert (answer.status, answer.text) == (200, "104")
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_caller_is_told_as_json_to_whom_that_suits(office: Hub) -> None:
    """By the header Accept."""
    office.operator("PUT", RULES, GOOD)
    answer = ask(office, headers={"Accept": "application/json"})
    assert (answer.status, answer.json) == (200, {"extension": "104"})


def test_nobody_is_an_empty_answer(office: Hub) -> None:
    """200 all the same: a PBX goes on with its scenario."""
    assert (ask(office).status, ask(office).text) == (200, "")
    assert ask(office, headers={"Accept": "application/json"}).json == {"extension": ""}


def test_who_talked_last_is_told(office: Hub) -> None:
    """Found from the calls with this number."""
    office.operator("PUT", RULES, {"rules": [{"last_employee": {"days": 400}}], "default": "104"})
    params = {"call_id": "call-1", "src_phone": "79169998877", "direction": 1, "real_local_number": "101"}
    for name in ("start.call", "start.talk"):
        body = {"type": "call_event", "event_name": name, "params": params}
        office.request("POST", "/webhooks/vpbx/s-office", body)
    office.work_events()
    assert (ask(office, "89169998877").text, ask(office, "89169998878").text) == ("101", "104")


@pytest.mark.parametrize("dialect", ["vpbx", "callevents", "sprecord"])
def test_a_source_of_any_dialect_may_ask(office: Hub, dialect: str) -> None:
    """Routing is no matter of dialects."""
    office.source("s-any", dialect=dialect)
    office.operator("PUT", RULES, GOOD)
    assert office.request("GET", "/webhooks/s-any/route", query={"phone": PHONE}).text == "104"


SECRET = "word:of-the-pbx"
BASIC = {"Authorization": "Basic " + b64encode(SECRET.encode()).decode()}
SCHEMES: list[tuple[AuthScheme, str, dict[str, str], dict[str, str]]] = [
    (AuthScheme.BASIC, "", BASIC, {}),
    (AuthScheme.BEARER, "", {"Authorization": f"Bearer {SECRET}"}, {}),
    (AuthScheme.BODY, "key", {}, {"key": SECRET}),
]


@pytest.mark.parametrize(("scheme", "field", "headers", "query"), SCHEMES, ids=[one[0].value for one in SCHEMES])
def test_whoever_asks_shows_the_sources_credentials(
    office: Hub, scheme: AuthScheme, field: str, headers: dict[str, str], query: dict[str, str]
) -> None:
    """In a header, or in the query string where they stand in the body otherwise; else 401."""
    office.source("s-locked", auth=SourceAuth(scheme, digest_of(SECRET), field))
    office.operator("PUT", RULES, GOOD)
    path = "/webhooks/s-locked/route"
    assert office.request("GET", path, None, headers, {"phone": PHONE, **query}).text == "104"
    for wrong in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer x"}):
        assert_refused(office.request("GET", path, None, wrong, {"phone": PHONE}), 401, "unauthorized")


@pytest.mark.parametrize("phone", ["", "abc", "1", "1" * 16, "x" * 5000, "٣٣٣", "anonymous", "sip:x@y", "\u202a\u202c"])
def test_a_caller_of_any_text_is_answered(office: Hub, phone: str) -> None:
    """The default, where no rule can know the caller."""
    office.operator("PUT", RULES, GOOD)
    assert (ask(office, phone).status, ask(office, phone).text) == (200, "101")


def test_a_caller_without_a_number_is_answered(office: Hub) -> None:
    """Also where there is no query string at all."""
    office.operator("PUT", RULES, GOOD)
    answer = office.request("GET", ROUTE)
    assert (answer.status, answer.text) == (200, "101")


@pytest.mark.parametrize("source", ["s-unknown", "x" * 5000])
def test_an_unknown_source_is_404(office: Hub, source: str) -> None:
    """However long."""
    event_path = ROUTE.replace("s-office", source)
    assert_refused(office.request("GET", event_path, query={"phone": PHONE}), 404, "not_found")


def test_a_dialects_name_is_no_source(office: Hub) -> None:
    """`/webhooks/vpbx/route` is the webhook of a source `route`: API Gateway prefers the literal part of a path."""
    answer = office.request("GET", ROUTE.replace("s-office", "vpbx"), query={"phone": PHONE})
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_a_crm_that_fails_is_logged_without_the_number(office: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the caller is answered."""

    class Broken:
        def extension_of(self, *asked: str) -> str | None:
            raise OSError(asked[1])

    monkeypatch.setattr(inbound, "ask_crms", Broken)
    office.operator("PUT", RULES, {**GOOD, "rules": [{"responsible_user": True}, *GOOD["rules"]]})
    assert ask(office).text == "104"
    log = office.log.getvalue()
    assert "route.asking_failed" in log
    assert "9161234567" not in log


def test_another_accounts_calls_tell_nothing(office: Hub) -> None:
    """Who talked to a number elsewhere is nobody here."""
    office.account("other")
    office.source("s-other", account="other")
    params = {"call_id": "call-1", "src_phone": "79169998877", "direction": 1, "real_local_number": "101"}
    body = {**an_event().raw, "event_name": "start.talk", "params": params}
    office.request("POST", "/webhooks/vpbx/s-other", body)
    office.work_events()
    office.operator("PUT", RULES, {"rules": [{"last_employee": {"days": 400}}]})
    assert ask(office, "89169998877").text == ""
