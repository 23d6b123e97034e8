"""Operators by name: what their tokens open, and how long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.accounts.operators.model import OperatorScope
from switchboard.lambdas.rights import RIGHTS
from switchboard.lambdas.routes import Route, routes
from tests.functions.test_operator import BAD, assert_refused
from tests.support.gateway import Answer
from tests.support.hub import OPERATOR, Hub
from tests.support.operators_day import an_operator

PATH = "/admin/operators"
ROUTES = [route for route in routes() if route.path.startswith("/admin/")]
LATER = timedelta(seconds=45)


def at_nothing(route: Route) -> str:
    """The path with ids of nothing."""
    parts = ["nothing" if part.startswith("{") else part for part in route.path.split("/")]
    return "/".join(parts)


def lets_in(answer: Answer) -> bool:
    """Whether the scope sufficed: what is asked for is not there, or is not right."""
    assert answer.status not in (401, 500), answer.text
    return answer.status != 403


def test_every_route_needs_its_scope_and_no_other(hub: Hub) -> None:
    """Of each scope alone, over the whole table; all the others get a 403 that names the scope."""
    hub.account()
    tokens = {scope: an_operator(hub, scope, scopes=[scope]) for scope in OperatorScope}
    open_to: dict[str, set[str]] = {
        route.name: {
            scope
            for scope, token in tokens.items()
            if lets_in(hub.request(route.method, at_nothing(route), {"dry_run": True}, token))
        }
        for route in ROUTES
    }
    assert open_to == {name: {right.operator.value} for name, right in RIGHTS.items()}
    answer = hub.request("POST", "/admin/accounts", {}, tokens[OperatorScope.READ])
    assert answer.json["error"] == {"code": "forbidden", "message": "The token lacks the scope accounts."}


def test_an_operator_is_made_shown_and_deleted(hub: Hub) -> None:
    """The token is shown once; nothing stored gives it away."""
    made = hub.operator("POST", PATH, {"name": "Anna", "scopes": ["tokens", "read"]})
    token = made.json.pop("token")
    assert (made.status, len(token) >= 43) == (201, True)
    shown = hub.operator("GET", f"{PATH}/{made.json['id']}").json
    assert shown == {
        "id": made.json["id"], "name": "Anna", "state": "active", "scopes": ["read", "tokens"], "accounts": None,
        "created_at": shown["created_at"], "created_by": "operator:stack", "expires_at": None,
    }  # fmt: skip
    listed = hub.operator("GET", PATH).json["operators"]
    assert [(one["id"], one["state"]) for one in listed] == [("stack", "active"), (made.json["id"], "active")]
    assert token not in str(hub.stack.items("AccountsTable"))
    assert hub.operator("DELETE", f"{PATH}/{made.json['id']}").status == 204
    assert_refused(hub.operator("GET", f"{PATH}/{made.json['id']}"), 404, "not_found", "operator")


def test_a_deleted_or_expired_token_is_over_within_a_minute(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in a function that has just served the token."""
    start = datetime.now(UTC)
    until = (start + timedelta(seconds=20)).isoformat()
    each = (an_operator(hub, "gone"), an_operator(hub, "short", expires_at=until), an_operator(hub, "stays"))
    assert [hub.request("GET", "/admin/accounts", None, one).status for one in each] == [200] * 3
    (id_,) = [one["id"] for one in hub.operator("GET", PATH).json["operators"] if one["name"] == "gone"]
    hub.operator("DELETE", f"{PATH}/{id_}")
    monkeypatch.setattr("switchboard.bootstrap.now", lambda: start + LATER)
    monkeypatch.setattr("switchboard.bootstrap.operators.now", lambda: start + LATER)
    hub.restart()
    assert [hub.request("GET", "/admin/accounts", None, one).status for one in each] == [401, 401, 200]


def test_one_message_tells_nothing_of_a_token(hub: Hub) -> None:
    """Unknown, deleted, expired and switched off are the same to whoever asks."""
    anna = an_operator(hub)
    assert hub.request("DELETE", f"{PATH}/stack", None, anna).status == 204
    answers = [hub.request("GET", PATH, None, one) for one in (*BAD.values(), OPERATOR)]
    assert {(answer.status, answer.text) for answer in answers} == {(401, answers[0].text)}


def test_the_stacks_token_is_switched_off_and_on(hub: Hub) -> None:
    """By an operator with every right; not while it is the last key there is."""
    assert_refused(hub.operator("DELETE", f"{PATH}/stack"), 409, "conflict", "operator")
    for name, less in {
        "one scope": {"scopes": ["tokens"]},
        "one account": {"accounts": ["acme"]},
        "for a day": {"expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()},
    }.items():
        hub.restart()
        if name == "one account":
            hub.account()
        an_operator(hub, name, **less)
        assert_refused(hub.operator("DELETE", f"{PATH}/stack"), 409, "conflict", "operator")
    anna = an_operator(hub)
    assert hub.request("DELETE", f"{PATH}/stack", None, anna).status == 204
    assert hub.operator("GET", PATH).status == 401
    (id_,) = [one["id"] for one in hub.request("GET", PATH, None, anna).json["operators"] if one["name"] == "anna"]
    assert_refused(hub.request("DELETE", f"{PATH}/{id_}", None, anna), 409, "conflict", "operator")
    assert hub.request("POST", f"{PATH}/stack/enable", None, anna).json["state"] == "active"
    assert hub.operator("GET", PATH).status == 200
    assert hub.request("DELETE", f"{PATH}/{id_}", None, anna).status == 204


def test_the_template_keeps_the_stacks_token_on(hub: Hub) -> None:
    """Whatever the switch says: a deployment lets everybody in again."""
    anna = an_operator(hub)
    hub.request("DELETE", f"{PATH}/stack", None, anna)
    assert hub.operator("GET", PATH).status == 401
    hub.stack.refs["StackOperator"] = "always"
    hub.restart()
    assert hub.operator("GET", f"{PATH}/stack").json["state"] == "active"
    assert_refused(hub.operator("DELETE", f"{PATH}/stack"), 409, "conflict", "operator")


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
MORE: list[tuple[dict[str, Any], dict[str, Any], int, str]] = [
    ({"scopes": ["tokens", "read"]}, {"scopes": ["operate"]}, 403, "scopes"),
    ({"accounts": ["acme"]}, {}, 403, "scopes"),
    ({"accounts": ["acme"]}, {"accounts": ["acme", "other"]}, 404, "accounts"),
    ({"expires_at": TOMORROW}, {"expires_at": "2999-01-01T00:00:00Z"}, 403, "expires_at"),
]


def test_nobody_gives_more_than_they_have(hub: Hub) -> None:
    """Neither scopes nor accounts nor time; less can be given, and ends with its maker's token."""
    hub.account()
    hub.account("other")
    for place, (own, wish, status, field) in enumerate(MORE):
        maker = an_operator(hub, f"maker-{place}", **own)
        body = {"name": f"made-{place}", "scopes": ["tokens"], **wish}
        answer = hub.request("POST", PATH, body, maker)
        assert (answer.status, answer.json["error"].get("field")) == (status, field), own
        assert {one["state"] for one in hub.request("GET", PATH, None, maker).json["operators"]} == {"active"}
    made = hub.request("POST", PATH, {"name": "last", "scopes": ["tokens"]}, maker)
    assert (made.status, made.json["expires_at"][:10]) == (201, TOMORROW[:10])


def test_a_bounded_operator_sees_only_operators_within_its_bounds(hub: Hub) -> None:
    """Others are 404, and those with further scopes are left to others."""
    hub.account()
    hub.account("other")
    an_operator(hub, "wide", accounts=["acme", "other"])
    an_operator(hub, "strong", accounts=["acme"])
    weak = an_operator(hub, "weak", accounts=["acme"], scopes=["tokens"])
    ids = {one["name"]: one["id"] for one in hub.operator("GET", PATH).json["operators"]}
    seen = hub.request("GET", PATH, None, weak).json["operators"]
    assert [one["name"] for one in seen] == ["strong", "weak"]
    ends = {name: hub.request("DELETE", f"{PATH}/{ids[name]}", None, weak).status for name in ids}
    assert ends == {"stack": 403, "wide": 404, "strong": 403, "weak": 204}


WRONG: list[dict[str, Any]] = [
    {"name": ""}, {"name": " "}, {"name": "x" * 101}, {"name": "a\nb"}, {"name": 7}, {"scopes": []},
    {"scopes": ["write"]}, {"scopes": "read"}, {"accounts": []}, {"accounts": "acme"}, {"accounts": ["Acme!"]},
    {"expires_at": "soon"}, {"expires_at": "2020-01-01T00:00:00Z"}, {"scope": ["read"]},
]  # fmt: skip


def test_a_wrong_wish_makes_no_operator(hub: Hub) -> None:
    """400 with the field; a taken name is 409, an unknown account 404."""
    for wrong in WRONG:
        answer = hub.operator("POST", PATH, {"name": "Anna", "scopes": ["read"], **wrong})
        assert (answer.status, answer.json["error"]["field"].partition(".")[0]) == (400, *wrong), wrong
    an_operator(hub)
    for name in ("anna", "stack"):
        assert_refused(hub.operator("POST", PATH, {"name": name, "scopes": ["read"]}), 409, "conflict", "name")
    body = {"name": "b", "scopes": ["read"], "accounts": ["nobody"]}
    assert_refused(hub.operator("POST", PATH, body), 404, "not_found", "accounts")
    assert len(hub.operator("GET", PATH).json["operators"]) == 2
