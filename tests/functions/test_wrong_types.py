"""A value of another type is refused wherever it stands, also where the route would not come to read the value."""

import json
from typing import Any

from tests.support.campaigning import ANNA, GROUPS, PROFILE, SETTINGS, add_group
from tests.support.cato import assert_refused_by_cato, cato_account
from tests.support.hub import Hub

ACCOUNT = "/admin/accounts/acme"
LIST = f"{ACCOUNT}/do-not-call"
# Method and path, query, body, and the field that the refusal names.
WRONG: list[tuple[str, dict[str, str], Any, str]] = [
    ("GET /admin/calls", {"until": "0.5"}, None, "until"),
    ("GET /admin/calls", {"since": "1700000000"}, None, "since"),
    ("GET /admin/calls", {"since": "-1"}, None, "since"),
    ("GET /admin/audit", {"until": "20260314"}, None, "until"),
    ("GET /admin/calls", {"limit": "1.0"}, None, "limit"),
    ("GET /admin/explain", {"account": "acme", "within": "yes"}, None, "within"),
    ("GET /admin/sources", {"account": "acme", "activity": "AAA"}, None, "activity"),
    (f"PUT {LIST}", {"skipInvalid": "AAA"}, {"entries": []}, "skipInvalid"),
    (f"DELETE {ACCOUNT}", {"dry_run": "maybe"}, None, "dry_run"),
    ("GET /admin/accounts", {"account": "other"}, None, "account"),
    ("POST /admin/operators", {"account": "other"}, {"name": "x", "scopes": ["read"]}, "account"),
    (f"PATCH {ACCOUNT}", {}, {"lost_after": "600"}, "lost_after"),
    (f"PATCH {ACCOUNT}", {}, {"lost_after": True}, "lost_after"),
    (f"PATCH {ACCOUNT}", {}, {"allow_self": 1}, "allow_self"),
    (f"PATCH {ACCOUNT}", {}, {"allow_self": "true"}, "allow_self"),
    (f"PATCH {ACCOUNT}", {}, {"limits": {"requests_per_second": "5"}}, "limits.requests_per_second"),
    ("POST /admin/tokens", {}, {"account": "acme", "kind": "vpbx", "expires_at": 1_900_000_000}, "expires_at"),
    ("POST /admin/deliveries/replay", {}, {"account": "acme", "dry_run": "yes"}, "dry_run"),
    ("POST /admin/deliveries/replay", {}, {"account": "acme", "since": 0.5}, "since"),
    (f"PUT {ACCOUNT}/campaigns", {}, {"channels": True}, "channels"),
]


def test_the_hubs_own_api_refuses_a_value_of_another_type(hub: Hub) -> None:
    """With the field; nothing is changed."""
    hub.account()
    hub.account("other")
    before = hub.stack.items("AccountsTable")
    for route, query, body, field in WRONG:
        answer = hub.operator(*route.split(), body, **query)
        assert (answer.status, answer.json.get("error", {}).get("field")) == (400, field), (route, query, body)
    assert hub.stack.items("AccountsTable") == before
    assert hub.operator("GET", f"{ACCOUNT}/routing", account="acme").status == 200
    assert hub.operator("GET", "/admin/calls", since="2026-03-14", until="2026-03-15T00:00:00+03:00").status == 200


def test_an_account_in_the_query_that_is_not_the_objects_is_refused(hub: Hub) -> None:
    """As an unknown object is, also for an operator who reaches both; nothing is made."""
    hub.account()
    hub.account("other")
    hub.source("s-office")
    wrong: list[tuple[str, Any]] = [
        ("GET /admin/sources/s-office", None),
        (f"PUT {ACCOUNT}/routing", {"rules": []}),
        ("PATCH /admin/sources/s-office", {"name": "new"}),
        ("POST /admin/tokens", {"account": "acme", "kind": "vpbx"}),
        ("POST /admin/extensions", {"account": "acme", "number": "101"}),
    ]
    before = hub.stack.items("AccountsTable")
    for route, body in wrong:
        for named in ("other", "0.5"):
            assert hub.operator(*route.split(), body, account=named).status == 404, (route, named)
        assert hub.operator(*route.split(), body, account="acme").status in (200, 201), route
        if route.startswith("GET"):
            assert hub.stack.items("AccountsTable") == before


def test_the_api_of_campaigns_refuses_a_value_of_another_type(hub: Hub) -> None:
    """Numbers may be texts there, as its clients send them; a flag is no number."""
    auth = cato_account(hub)
    group = f"{GROUPS}/{add_group(hub, auth, [ANNA]).json['id']}"
    wrong: list[tuple[str, str, Any, dict[str, str], str]] = [
        ("PUT", group, None, {"name": "new", "skipInvalid": "AAA"}, "true or false"),
        ("PUT", group, json.dumps([ANNA]), {"skipInvalid": "AAA"}, "true or false"),
        ("GET", group, None, {"details": "2"}, "true or false"),
        ("POST", f"{GROUPS}/uploads/none", None, {"skipInvalid": "yes"}, "true or false"),
        ("POST", SETTINGS, {**PROFILE, "attemptCount": True}, {}, "number"),
        ("POST", SETTINGS, {**PROFILE, "attemptCount": "many"}, {}, "number"),
    ]
    for method, path, body, query, says in wrong:
        answer = hub.request(method, path, body, auth, query or None)
        assert_refused_by_cato(answer, 400, "Bad Request", path, "")
        assert says in answer.text or "integer" in answer.text, (method, path, body, query)
    assert hub.request("POST", SETTINGS, {**PROFILE, "attemptCount": "2"}, auth).status == 200
