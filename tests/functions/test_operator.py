"""What holds for every route of the operator's API."""

from typing import Any

import pytest

from switchboard.lambdas.routes import Route, routes
from tests.support.gateway import Answer
from tests.support.hub import OPERATOR, Hub
from tests.support.stack import OPERATOR_TOKEN

ROUTES = [route for route in routes() if route.path.startswith("/admin/")]
WITH_BODY = [route for route in ROUTES if (route.method, route.path) in {
    ("POST", "/admin/accounts"), ("PATCH", "/admin/accounts/{account}"), ("POST", "/admin/tokens"),
    ("POST", "/admin/sources"), ("PATCH", "/admin/sources/{source}"), ("POST", "/admin/extensions"),
    ("POST", "/admin/deliveries/replay"), ("PATCH", "/admin/subscriptions/{subscription}"),
    ("PUT", "/admin/accounts/{account}/telephony"), ("POST", "/admin/calls"),
    ("POST", "/admin/sources/{source}/connect"), ("PUT", "/admin/accounts/{account}/routing"),
    ("POST", "/admin/destinations"), ("PATCH", "/admin/destinations/{destination}"), ("POST", "/admin/connectors"),
}]  # fmt: skip
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
VALUES = {"account": "acme", "source": "s-office", "number": "101", "token": "t-1", "subscription": "1",
          "destination": "1", "endpoint": "e-1", "command": "cmd_1", "connector": "k-1"}  # fmt: skip


def path_of(route: Route) -> str:
    path = route.path
    for name, value in {**VALUES, "call": "call-1", "delivery": "msg_1"}.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def assert_refused(answer: Answer, status: int, code: str, field: str | None = None) -> None:
    """The one shape in which this API refuses."""
    assert (answer.status, answer.json.keys()) == (status, {"error"})
    error = answer.json["error"]
    assert (error["code"], error.get("field")) == (code, field)
    assert error["message"]


BAD = {
    "nothing": {},
    "another scheme": {"Authorization": f"Basic {OPERATOR_TOKEN}"},
    "no scheme": {"Authorization": OPERATOR_TOKEN},
    "a wrong token": {"Authorization": "Bearer wrong"},
    "a part of the token": {"Authorization": f"Bearer {OPERATOR_TOKEN[:-1]}"},
    "no ASCII": {"Authorization": "Bearer ё"},
    "an empty token": {"Authorization": "Bearer "},
}


@pytest.mark.parametrize("headers", BAD.values(), ids=BAD)
@each_route
def test_without_the_operators_token_nothing_is_served(hub: Hub, route: Route, headers: dict[str, str]) -> None:
    """401, nothing is changed and nothing is told."""
    hub.account()
    before = hub.stack.items("AccountsTable")
    assert_refused(hub.request(route.method, path_of(route), {}, headers), 401, "unauthorized")
    assert hub.stack.items("AccountsTable") == before


@each_route
def test_an_accounts_token_is_not_the_operators(hub: Hub, route: Route) -> None:
    """A customer's token opens nothing here, not even the customer's own things."""
    auth = hub.account()
    query = {"account": "acme"}
    assert_refused(hub.request(route.method, path_of(route), {}, auth, query), 401, "unauthorized")


@pytest.mark.parametrize("body", ["", "x", "[]", "null", '"a"', "[" * 20_000, '{"a":'], ids=lambda body: body[:6])
@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_a_body_that_is_no_json_object_is_400(hub: Hub, route: Route, body: str) -> None:
    """In the one shape."""
    hub.account()
    hub.source()
    assert_refused(hub.request(route.method, path_of(route), body, OPERATOR), 400, "invalid")


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_a_body_over_64_kib_is_413(hub: Hub, route: Route) -> None:
    """In the one shape."""
    hub.account()
    hub.source()
    answer = hub.request(route.method, path_of(route), {"name": "x" * 65_536}, OPERATOR)
    assert_refused(answer, 413, "too_large")


CALL_FIELDS = ("provider", "settings", "extension", "caller_id", "idempotency_key")
DELIVERY_FIELDS = ("state", "call", "subscription", "since", "until", "dry_run", "timeout")


@pytest.mark.parametrize("value", [None, 7, True, [], {}, "", "x" * 300, "\x00", "ё", "a b", "../x", "😀" * 400])
@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.name)
def test_no_value_of_any_field_makes_a_failure(hub: Hub, route: Route, value: Any) -> None:
    """A field of a wrong type is a 4xx in the one shape, or is taken; it is never a 500."""
    hub.account()
    hub.source()
    good = {"id": "new", "account": "acme", "kind": "vpbx", "dialect": "vpbx", "number": "101"}
    fields = (*good, "name", "region", "timezone", "expires_at", "auth", "verification", *DELIVERY_FIELDS, *CALL_FIELDS)
    answers = [hub.request(route.method, path_of(route), {**good, name: value}, OPERATOR) for name in fields]
    assert {answer.status for answer in answers} <= {200, 201, 202, 400, 404, 409}
    assert all(answer.json.keys() == {"error"} for answer in answers if answer.status >= 400)


LISTS = [route for route in ROUTES if route.method == "GET" and not route.path.endswith("}")]


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_an_unknown_account_is_404(hub: Hub, route: Route) -> None:
    """Where a list can be narrowed to an account, one that is not there is an error and no empty list."""
    if route.path.startswith(("/admin/accounts", "/admin/sources/{source}", "/admin/erasures", "/admin/operators")):
        pytest.skip("is narrowed by nothing, or by its path")
    hub.account()
    assert_refused(hub.operator("GET", path_of(route), account="nobody"), 404, "not_found", "account")


@pytest.mark.parametrize(
    "path",
    [
        "/admin/tokens",
        "/admin/sources",
        "/admin/extensions",
        "/admin/subscriptions",
        "/admin/destinations",
        "/admin/endpoints",
    ],
)
def test_lists_of_one_account_need_its_name(hub: Hub, path: str) -> None:
    """400 names what is missing."""
    assert_refused(hub.operator("GET", path), 400, "invalid", "account")


PAGED = ["/admin/calls", "/admin/commands", "/admin/deliveries", "/admin/sources/s-office/events"]


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1.5", "٣", "²", "9" * 5000])
@pytest.mark.parametrize("path", PAGED)
def test_a_bad_limit_is_400(hub: Hub, path: str, limit: str) -> None:
    """Pages are of 1 to 200."""
    hub.account()
    hub.source()
    if limit == "٣":
        assert hub.operator("GET", path, limit=limit).status == 200
        return
    assert_refused(hub.operator("GET", path, limit=limit), 400, "invalid", "limit")


@pytest.mark.parametrize("cursor", ["x", ":", "acme", "acme:x", "acme:e30=", "nobody:", "acme:" + "x" * 5000, "é"])
@pytest.mark.parametrize("path", PAGED)
def test_a_bad_cursor_is_400(hub: Hub, path: str, cursor: str) -> None:
    """Whatever somebody makes up for a cursor is told to be none."""
    hub.account()
    hub.source()
    assert_refused(hub.operator("GET", path, cursor=cursor), 400, "invalid", "cursor")


UNKNOWN = [
    ("GET", "/admin/accounts/nobody", "account"),
    ("PATCH", "/admin/accounts/nobody", "account"),
    ("DELETE", "/admin/tokens/t-unknown", "token"),
    ("GET", "/admin/sources/s-unknown", "source"),
    ("PATCH", "/admin/sources/s-unknown", "source"),
    ("DELETE", "/admin/sources/s-unknown", "source"),
    ("GET", "/admin/sources/s-unknown/events", "source"),
    ("POST", "/admin/sources/s-unknown/check", "source"),
    ("POST", "/admin/sources/s-unknown/disconnect", "source"),
    ("GET", "/admin/accounts/nobody/routing", "account"),
    ("PUT", "/admin/accounts/nobody/routing", "account"),
    ("DELETE", "/admin/accounts/nobody/routing", "account"),
    ("DELETE", "/admin/extensions/999", "number"),
    ("POST", "/admin/subscriptions/999/secret", "subscription"),
    ("POST", "/admin/subscriptions/x/secret", "subscription"),
    ("PATCH", "/admin/subscriptions/999", "subscription"),
    ("GET", "/admin/destinations/999", "destination"),
    ("GET", "/admin/destinations/x", "destination"),
    ("PATCH", "/admin/destinations/999", "destination"),
    ("DELETE", "/admin/destinations/999", "destination"),
    ("POST", "/admin/destinations/999/secret", "destination"),
    ("POST", "/admin/destinations/999/test", "destination"),
    ("GET", "/admin/endpoints/unknown", "endpoint"),
    ("PATCH", "/admin/endpoints/unknown", "endpoint"),
    ("POST", "/admin/endpoints/unknown/try", "endpoint"),
    ("GET", "/admin/calls/unknown", "call"),
    ("GET", "/admin/deliveries/msg_unknown", "delivery"),
    ("POST", "/admin/deliveries/msg_unknown/replay", "delivery"),
]


@pytest.mark.parametrize(("method", "path", "field"), UNKNOWN, ids=str)
def test_an_unknown_id_is_404(hub: Hub, method: str, path: str, field: str) -> None:
    """And is named by the kind of thing that it is not."""
    hub.account()
    assert_refused(hub.operator(method, path, {}, account="acme"), 404, "not_found", field)


@pytest.mark.parametrize(("method", "path", "field"), UNKNOWN, ids=str)
def test_an_endless_id_is_404(hub: Hub, method: str, path: str, field: str) -> None:
    """An id of thousands of characters is as unknown as any other."""
    hub.account()
    endless = path.replace("unknown", "x" * 5000).replace("nobody", "x" * 5000).replace("999", "9" * 5000)
    assert_refused(hub.operator(method, endless, {}, account="acme"), 404, "not_found", field)
