"""GET /admin/subscriptions, POST /admin/subscriptions/{subscription}/secret."""

from typing import Any

from switchboard import bootstrap
from switchboard.errors import NotFound
from switchboard.lambdas.operator import account_in, operator_api, operator_handler, query_of
from switchboard.subscriptions.contracts import subscription_view
from switchboard.subscriptions.subscribe import sign_deliveries

LONGEST_ID = 18  # digits

app = operator_api()


@app.get("/admin/subscriptions")
def show_all() -> dict[str, Any]:
    """An account's subscriptions, without their credentials."""
    found = bootstrap.subscriptions().of_account(account_in(query_of(app)).id)
    return {"subscriptions": [subscription_view(subscription) for subscription in found]}


@app.post("/admin/subscriptions/<subscription>/secret")
def sign(subscription: str) -> tuple[dict[str, Any], int]:
    """A new signing secret, shown this once; from now on deliveries are signed with it."""
    if not subscription.isdecimal() or len(subscription) > LONGEST_ID:
        raise NotFound("There is no such subscription.", "subscription")
    signed = sign_deliveries(account_in(query_of(app)).id, int(subscription), bootstrap.subscriptions())
    return {**subscription_view(signed), "secret": signed.secret}, 201


handler = operator_handler(app)
