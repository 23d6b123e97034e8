"""What operators do with operators in the course of a day."""

from __future__ import annotations

from tests.support.hub import Hub

EVERY_SCOPE = ["read", "operate", "accounts", "tokens"]


def an_operator(hub: Hub, name: str = "anna", **fields: object) -> dict[str, str]:
    """A new operator, every scope unless told; the headers of its token."""
    answer = hub.operator("POST", "/admin/operators", {"name": name, "scopes": EVERY_SCOPE, **fields})
    assert answer.status == 201, answer.text
    return {"Authorization": f"Bearer {answer.json['token']}"}


def operators_day(hub: Hub) -> None:
    """Make an operator, switch the stack's token off and on, and delete the operator."""
    anna = an_operator(hub, accounts=["acme"])
    hub.request("GET", "/admin/operators", None, anna)
    hub.operator("GET", "/admin/audit")
    for one in hub.operator("GET", "/admin/operators").json["operators"]:
        hub.operator("DELETE", f"/admin/operators/{one['id']}")
