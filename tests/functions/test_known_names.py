"""Nothing misspelt passes: unknown fields and parameters of the operator's API are 400, on every route of the table."""

from typing import Any

import pytest

from switchboard.deliveries.fan_out import endpoint_id
from switchboard.lambdas.known_names import BODYLESS, QUERIES, WITHOUT_ACCOUNT
from switchboard.lambdas.routes import Route, routes
from tests.support.crm import a_connector
from tests.support.gateway import Answer
from tests.support.hub import OPERATOR, Hub
from tests.support.receiver import receiving

ROUTES = [route for route in routes() if route.path.startswith("/admin/")]
WITH_BODY = [route for route in ROUTES if route.method in ("PATCH", "POST", "PUT")]
WRONG = "acces_kez"
CRM = "https://crm.example"
VALUES = {"account": "acme", "source": "s-office", "number": "79161234567", "destination": "1", "connector": "2",
          "endpoint": endpoint_id(CRM)}  # fmt: skip


def path_of(route: Route) -> str:
    path = route.path
    for name, value in VALUES.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{", "").replace("}", "")


def send(hub: Hub, route: Route, body: Any = None, **query: str) -> Answer:
    return hub.request(route.method, path_of(route), body, OPERATOR, query or None)


@pytest.fixture
def acme(hub: Hub) -> Hub:
    """An account with one of everything that a path may name."""
    hub.account()
    hub.source()
    made = {"account": "acme", "dialect": "vpbx", "url": CRM}
    assert hub.operator("POST", "/admin/destinations", made).json["id"] == 1
    with receiving() as crm:
        hub.operator("POST", "/admin/connectors", a_connector(crm.url))
    return hub


def test_an_unknown_parameter_is_refused_on_every_route(acme: Hub) -> None:
    """With its name, whatever else the request has; no other name of the query is told as wrong."""
    for route in ROUTES:
        answer = send(acme, route, None if route.method in ("GET", "DELETE") else {}, accountt="acme")
        assert answer.status == 400, route.name
        assert answer.json["error"]["field"] == "accountt", route.name
        hint = "" if route.path in WITHOUT_ACCOUNT else "did you mean 'account'?"
        assert answer.json["error"]["message"].removeprefix("unknown parameter 'accountt'").strip(": .") == hint.strip(
            "."
        )


def test_an_unknown_field_is_refused_on_every_route_with_a_body(acme: Hub) -> None:
    """Also on routes that take no body: a field that is not read must not look as if it counted."""
    for route in WITH_BODY:
        answer = send(acme, route, {WRONG: 1}, **({} if route.path in WITHOUT_ACCOUNT else {"account": "acme"}))
        assert (answer.status, answer.json["error"]["field"]) == (400, WRONG), (route.name, answer.text)
        assert "unknown field" in answer.json["error"]["message"], route.name


@pytest.mark.parametrize(("route", "body", "field", "meant"), [
    ("POST /admin/deliveries/replay", {"account": "acme", "dryRun": True}, "dryRun", "dry_run"),
    ("POST /admin/deliveries/replay", {"account": "acme", "subscribtion": 1}, "subscribtion", "subscription"),
    ("PATCH /admin/destinations/1", {"event": ["call.ended"]}, "event", "events"),
    ("PATCH /admin/destinations/1", {"auth": {"type": "bearer", "tokn": "x"}}, "auth.tokn", "token"),
    ("PATCH /admin/destinations/1", {"filters": {"extension": ["1"]}}, "filters.extension", "extensions"),
    ("PATCH /admin/accounts/acme", {"recordingDays": 30}, "recordingDays", "recording_days"),
    ("POST /admin/sources", {"account": "acme", "dialect": "vpbx", "auth": {"hmac": {"headr": "X"}}},
     "auth.hmac.headr", "header"),
    ("PUT /admin/accounts/acme/telephony", {"provider": "simulator", "settings": {"speeed": 2}},
     "settings.speeed", "speed"),
    ("PUT /admin/accounts/acme/routing", {"rules": [{"last_employee": {"day": 1}}]}, "rules.0.last_employee.day",
     "days"),
])  # fmt: skip
def test_the_nearest_known_name_is_told(acme: Hub, route: str, body: dict[str, Any], field: str, meant: str) -> None:
    """In bodies inside of bodies, too; nothing is changed."""
    before = acme.stack.items("AccountsTable"), acme.stack.items("SubscriptionsTable")
    answer = acme.operator(*route.split(), body, account="acme")
    assert (answer.status, answer.json["error"]["field"]) == (400, field)
    assert answer.json["error"]["message"].endswith(f"did you mean '{meant}'?")
    assert (acme.stack.items("AccountsTable"), acme.stack.items("SubscriptionsTable")) == before


def test_what_cannot_change_is_refused_and_not_ignored(acme: Hub) -> None:
    """The same value may stand there: a client may send back what it read."""
    for path, field in (("/admin/accounts/acme", "id"), ("/admin/sources/s-office", "dialect"),
                        ("/admin/connectors/2", "workspace")):  # fmt: skip
        assert acme.operator("PATCH", path, {field: "other"}, account="acme").status == 400
    assert acme.operator("PATCH", "/admin/accounts/acme", {"id": "acme", "name": "New"}, account="acme").status == 200


def test_a_name_that_is_hostile_is_shown_short_and_printable(acme: Hub) -> None:
    """The message repeats the name, and never a value."""
    answer = acme.operator("PATCH", "/admin/accounts/acme", {"\x00\n" + "x" * 5000: "secret"})
    assert answer.status == 400
    assert len(answer.text) < 500
    assert "secret" not in answer.text


def test_the_tables_of_names_have_routes_of_the_table_of_routes() -> None:
    """No entry is left over from a route that is gone."""
    known = {f"{route.method} {route.path}" for route in ROUTES}
    assert set(QUERIES) | set(BODYLESS) <= known
