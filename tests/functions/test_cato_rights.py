"""Tokens of CATO's API with fewer rights: 403, as the document names the status (section 2.2)."""

from typing import Any

import pytest

from switchboard.accounts.operators.model import AccountScope
from switchboard.lambdas.routes import dialect_of, routes
from tests.functions.test_admin_operators import at_nothing, lets_in
from tests.support.campaigning import EXECUTIONS, GROUPS, SETTINGS, TASKS, prepared, start
from tests.support.cato import assert_refused_by_cato, cato_account
from tests.support.hub import Hub
from tests.support.launching import CAMPAIGNS, able, launch
from tests.support.operators_day import an_account_token

CATO = [route for route in routes() if dialect_of(route.path) == "cato"]
CHANGES = [("POST", SETTINGS), ("PUT", f"{GROUPS}/add/x"), ("DELETE", f"{TASKS}/x"), ("DELETE", f"{EXECUTIONS}/x")]


def with_scopes(hub: Hub, *scopes: str) -> dict[str, str]:
    """The headers of a new token with these rights."""
    answer = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "cato", "scopes": scopes})
    assert (answer.status, answer.json.get("scopes", [])) == (201, list(scopes))
    return {"Authorization": f"Bearer plain:{answer.json['token']}"}


@pytest.mark.parametrize("scopes", [("read",), ("start",), ("read", "start")])
def test_a_token_without_the_right_is_forbidden(hub: Hub, scopes: tuple[str, ...]) -> None:
    """To change resources; and to start, unless the token may start. All may read."""
    task = prepared(hub, cato_account(hub))
    able(hub)
    auth = with_scopes(hub, *scopes)
    for method, path in CHANGES:
        assert_refused_by_cato(hub.request(method, path, {}, auth), 403, "Forbidden", path, "right")
    assert hub.request("GET", TASKS, headers=auth).status == 200
    path = f"{TASKS}/{task}/start"
    if "start" not in scopes:
        assert_refused_by_cato(start(hub, auth, task), 403, "Forbidden", path)
        assert_refused_by_cato(launch(hub, auth), 403, "Forbidden", CAMPAIGNS)
        return
    execution = start(hub, auth, task).json["taskExecId"]
    assert hub.request("PUT", f"{EXECUTIONS}/{execution}/stop", None, auth).status == 200
    assert launch(hub, auth).status == 200


@pytest.mark.parametrize(
    "wish", [{"scopes": ["write"]}, {"scopes": "read"}, {"scopes": [1]}, {"kind": "vpbx", "scopes": ["read"]}]
)
def test_scopes_that_are_none_are_refused(hub: Hub, wish: dict[str, Any]) -> None:
    """And scopes for an API that has none."""
    hub.account("acme")
    answer = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "cato", **wish})
    assert (answer.status, answer.json["error"]["field"].partition(".")[0]) == (400, "scopes")


def test_the_scope_campaign_of_an_accounts_own_token_opens_every_route_and_no_other_scope_does(hub: Hub) -> None:
    """Each scope alone over every route, with `Bearer` and with `Bearer plain:`; without the scope it is 403."""
    hub.account()
    tokens = {scope: an_account_token(hub, [scope])["Authorization"] for scope in AccountScope}
    shown = [(scope, text) for scope, one in tokens.items() for text in (one, one.replace(" ", " plain:"))]
    opened = {
        (route.name, text): lets_in(hub.request(route.method, at_nothing(route), {}, {"Authorization": text}))
        for route in CATO
        for _, text in shown
    }
    assert len(CATO) >= 30
    assert opened == {(route.name, text): scope is AccountScope.CAMPAIGN for route in CATO for scope, text in shown}
    assert_refused_by_cato(
        hub.request("GET", TASKS, None, {"Authorization": tokens[AccountScope.READ]}),
        403,
        "Forbidden",
        TASKS,
        "campaign",
    )


def test_an_own_token_makes_and_starts_campaigns_of_its_account_until_it_is_revoked(hub: Hub) -> None:
    """Another account's campaigns are as unknown ones."""
    task = prepared(hub, cato_account(hub))
    able(hub)
    hub.account("other")
    wish = {"account": "acme", "kind": "account", "scopes": ["campaign"]}
    made = hub.operator("POST", "/admin/tokens", wish).json
    own = {"Authorization": f"Bearer {made['token']}"}
    assert start(hub, own, task).status == 200
    other = hub.operator("POST", "/admin/tokens", {**wish, "account": "other"}).json["token"]
    assert start(hub, {"Authorization": f"Bearer {other}"}, task).status == 404
    hub.operator("DELETE", f"/admin/tokens/{made['id']}")
    hub.restart()
    assert_refused_by_cato(hub.request("GET", TASKS, None, own), 401, "Not Authorized", TASKS)
