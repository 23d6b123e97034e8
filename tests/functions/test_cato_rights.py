"""Tokens of CATO's API with fewer rights: 403, as the document names the status (section 2.2)."""

from typing import Any

import pytest

from tests.support.campaigning import EXECUTIONS, GROUPS, SETTINGS, TASKS, prepared, start
from tests.support.cato import assert_refused_by_cato, cato_account
from tests.support.hub import Hub
from tests.support.launching import CAMPAIGNS, able, launch

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
