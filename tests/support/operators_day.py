"""What operators do with operators in the course of a day."""

from __future__ import annotations

from switchboard.lambdas.routes import routes
from tests.support.hub import Hub

EVERY_RIGHT = ["read", "receive", "call", "campaign", "manage"]
EVERY_SCOPE = ["read", "operate", "accounts", "tokens"]


def an_operator(hub: Hub, name: str = "anna", **fields: object) -> dict[str, str]:
    """A new operator, every scope unless told; the headers of its token."""
    answer = hub.operator("POST", "/admin/operators", {"name": name, "scopes": EVERY_SCOPE, **fields})
    assert answer.status == 201, answer.text
    return {"Authorization": f"Bearer {answer.json['token']}"}


def an_account_token(hub: Hub, scopes: list[str] | None = None, account: str = "acme") -> dict[str, str]:
    """A token of an account for the hub's own API, every scope unless told; the headers of the token."""
    wish = {"account": account, "kind": "account", "scopes": EVERY_RIGHT if scopes is None else scopes}
    answer = hub.operator("POST", "/admin/tokens", wish)
    assert answer.status == 201, answer.text
    return {"Authorization": f"Bearer {answer.json['token']}"}


def operators_day(hub: Hub) -> None:
    """Send a wrong token to each function; make an operator, switch the stack's token off and on, delete all."""
    for route in [route for route in routes() if route.path.startswith("/admin/")]:
        hub.request(route.method, route.path.replace("{", "").replace("}", ""), None, {"Authorization": "Bearer wrong"})
    anna = an_operator(hub, accounts=["acme"])
    hub.request("GET", "/admin/operators", None, anna)
    hub.operator("GET", "/admin/audit")
    for one in hub.operator("GET", "/admin/operators").json["operators"]:
        hub.operator("DELETE", f"/admin/operators/{one['id']}")
