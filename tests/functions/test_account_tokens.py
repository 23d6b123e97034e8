"""Tokens of accounts for the hub's own API."""

from datetime import UTC, datetime, timedelta

import pytest

from switchboard.accounts.operators.model import AccountScope
from switchboard.lambdas.rights import RIGHTS
from tests.functions.test_admin_operators import ROUTES, at_nothing, lets_in
from tests.functions.test_operator import assert_refused
from tests.functions.test_recordings import PATH as RECORD
from tests.functions.test_recordings import end
from tests.support.audio import mp3_of
from tests.support.hub import Hub
from tests.support.operators_day import an_account_token
from tests.support.receiver import answering, receiving

TOKENS = "/admin/tokens"


def test_every_route_needs_its_scope_of_an_accounts_token(hub: Hub) -> None:
    """Of each scope alone, over the whole table; the routes of operators are 403 with all of them."""
    hub.account()
    tokens = {scope: an_account_token(hub, [scope]) for scope in AccountScope}
    open_to: dict[str, set[str]] = {
        route.name: {
            scope
            for scope, token in tokens.items()
            if lets_in(hub.request(route.method, at_nothing(route), {"dry_run": True}, token))
        }
        for route in ROUTES
    }
    assert open_to == {name: {right.account.value} if right.account else set() for name, right in RIGHTS.items()}


def test_the_account_may_be_left_out(hub: Hub) -> None:
    """In the query and in the body; lists show the own account alone, and another account is as an unknown one."""
    hub.account()
    hub.account("other")
    own = an_account_token(hub)
    assert [one["id"] for one in hub.request("GET", "/admin/accounts", None, own).json["accounts"]] == ["acme"]
    made = hub.request("POST", "/admin/extensions", {"number": "101"}, own)
    assert (made.status, hub.request("GET", "/admin/extensions", None, own).json["extensions"]) == (201, [made.json])
    assert hub.request("DELETE", "/admin/extensions/101", None, own).status == 204
    for named in ("other", "nobody"):
        told = [
            hub.request("GET", "/admin/extensions", None, own, {"account": named}),
            hub.request("POST", "/admin/extensions", {"account": named, "number": "102"}, own),
            hub.request("GET", f"/admin/accounts/{named}", None, own),
            hub.request("PUT", f"/admin/accounts/{named}/routing", {"rules": []}, own),
        ]
        for answer in told:
            assert_refused(answer, 404, "not_found", "account")
    (record,) = hub.request(
        "GET", "/admin/audit", None, own, {"action": "POST /admin/extensions", "limit": "200"}
    ).json["records"][-1:]
    assert (record["actor"].partition(":")[0], record["account"]) == ("token", "acme")


def test_a_recording_opens_with_read(hub: Hub) -> None:
    """Where an event links to it; with another scope it is 403, and the token opens no vendor's API."""
    hub.account()
    hub.source("s-vpbx")
    with receiving(answering(200, mp3_of(12))) as vendor:
        end(hub, vendor.url)
        hub.fetches()
    reads, calls = an_account_token(hub, ["read"]), an_account_token(hub, ["call"])
    served = hub.request("GET", RECORD, headers=reads)
    assert (served.status, served.content) == (200, mp3_of(12))
    assert hub.request("GET", RECORD, headers=calls).status == 403
    assert hub.request("GET", "/sys/records/1", headers=reads).status == 404
    assert hub.request("GET", "/api/v1/phones/local", headers=reads).status == 401
    order = {"local_num": "101", "phone2call": "79012345600"}
    assert hub.request("POST", "/api/v1/application/originate", order, reads).status == 401


def test_a_token_of_an_account_lives_a_year_and_ends_when_revoked(hub: Hub) -> None:
    """Unless told; it needs a scope, and knows no others."""
    hub.account()
    body = {"account": "acme", "kind": "account", "scopes": ["read"]}
    made = hub.operator("POST", TOKENS, body).json
    life = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=364) < life < timedelta(days=366)
    auth = {"Authorization": f"Bearer {made['token']}"}
    assert hub.request("GET", "/admin/calls", None, auth).status == 200
    hub.operator("DELETE", f"{TOKENS}/{made['id']}")
    hub.restart()
    assert hub.request("GET", "/admin/calls", None, auth).status == 401
    for scopes in ([], ["operate"], ["read", "write"]):
        assert_refused(hub.operator("POST", TOKENS, {**body, "scopes": scopes}), 400, "invalid", "scopes")


@pytest.mark.parametrize("kind", ["account", "vpbx", "sprecord", "kontur"])
def test_a_token_issues_none_that_may_do_more(hub: Hub, kind: str) -> None:
    """Neither of its own kind nor of a vendor's API, whose tokens can ring people."""
    hub.account()
    manages, does_all = an_account_token(hub, ["manage", "read"]), an_account_token(hub)
    body = {"kind": kind, **({"scopes": ["read", "call"]} if kind == "account" else {})}
    assert_refused(hub.request("POST", TOKENS, body, manages), 403, "forbidden", "scopes")
    assert hub.request("POST", TOKENS, body, does_all).status == 201
    assert hub.request("POST", TOKENS, {"kind": "account", "scopes": ["read"]}, manages).status == 201
