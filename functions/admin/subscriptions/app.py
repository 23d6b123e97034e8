"""GET /admin/subscriptions, PATCH /admin/subscriptions/{subscription} and POST of its /secret."""

from typing import Any

from switchboard.bootstrap.adapters import subscriptions
from switchboard.bootstrap.subscriptions import subscription_manager
from switchboard.lambdas.operator import (
    account_in,
    body_of,
    operator_api,
    operator_handler,
    page_of_all,
    query_of,
    whole_id,
)
from switchboard.paging import number_key
from switchboard.subscriptions.contracts import read_change, subscription_view

app = operator_api()


@app.get("/admin/subscriptions")
def show_all() -> dict[str, Any]:
    """Return the subscriptions of an account, without credentials."""
    listed = subscriptions().of_account(account_in(query_of(app)).id)
    found, cursor = page_of_all(app, listed, lambda one: number_key(one.id))
    return {"subscriptions": [subscription_view(subscription) for subscription in found], "cursor": cursor}


@app.patch("/admin/subscriptions/<subscription>")
def change(subscription: str) -> dict[str, Any]:
    """Set the time-out of a subscription, or enable a disabled subscription."""
    timeout, active = read_change(body_of(app))
    account = account_in(query_of(app)).id
    return subscription_view(
        subscription_manager().adjust(account, whole_id(subscription, "subscription"), timeout=timeout, active=active)
    )


@app.post("/admin/subscriptions/<subscription>/secret")
def sign(subscription: str) -> tuple[dict[str, Any], int]:
    """Give a new signing secret, which only this answer shows. The old secret also signs for 24 hours."""
    signed, secret = subscription_manager().sign(account_in(query_of(app)).id, whole_id(subscription, "subscription"))
    return {**subscription_view(signed), "secret": secret}, 201


handler = operator_handler(app)
