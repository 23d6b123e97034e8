"""GET and POST /admin/destinations; GET, PATCH and DELETE of one; POST of its /secret and /test."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.accounts import region_of
from switchboard.bootstrap.adapters import subscriptions
from switchboard.bootstrap.deliveries import send_test
from switchboard.bootstrap.subscriptions import destination_manager, subscription_manager
from switchboard.dialects.registry import vocabulary_of
from switchboard.lambdas.destinations import DESTINATION, destination_at
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler, page_of_all, query_of
from switchboard.lambdas.rest import no_content
from switchboard.paging import number_key
from switchboard.subscriptions.contracts import destination_view, read_destination, read_destination_change

app = operator_api()


@app.get("/admin/destinations")
def show_all() -> dict[str, Any]:
    """Return the destinations of an account, and the subscriptions of dialects' own APIs."""
    listed = subscriptions().of_account(account_in(query_of(app)).id)
    found, cursor = page_of_all(app, listed, lambda one: number_key(one.id))
    return {"destinations": [destination_view(destination) for destination in found], "cursor": cursor}


@app.post("/admin/destinations")
def add() -> tuple[dict[str, Any], int]:
    """Add a destination. Only this answer shows its signing secret."""
    account, wish = read_destination(body_of(app), vocabulary_of, region_of)
    made, secret = destination_manager().add(account_in({"account": account}).id, wish)
    return {**destination_view(made), **({"secret": secret} if secret else {})}, 201


@app.get("/admin/destinations/<destination>")
def show(destination: str) -> dict[str, Any]:
    """Return one destination."""
    return destination_view(destination_at(app, destination))


@app.patch("/admin/destinations/<destination>")
def change(destination: str) -> dict[str, Any]:
    """Change URL, name, credentials, events, filters or time-out, or enable a disabled destination."""
    fields, old = body_of(app), destination_at(app, destination)
    wanted = read_destination_change(fields, vocabulary_of(old.dialect), region_of(old.account))
    return destination_view(destination_manager().change(old.account, old.id, wanted))


@app.delete("/admin/destinations/<destination>")
def remove(destination: str) -> Response[str]:
    """Remove a destination."""
    found = destination_at(app, destination)
    destination_manager().remove(found.account, found.id)
    return no_content()


@app.post("/admin/destinations/<destination>/secret")
def sign(destination: str) -> tuple[dict[str, Any], int]:
    """Give a new signing secret, which only this answer shows. The old secret also signs for 24 hours."""
    found = destination_at(app, destination)
    signed, secret = subscription_manager().sign(found.account, found.id, DESTINATION)
    return {**destination_view(signed), "secret": secret}, 201


@app.post("/admin/destinations/<destination>/test")
def test(destination: str) -> tuple[dict[str, Any], int]:
    """Send a sample event to the destination, through the queue of deliveries."""
    return {"deliveries": [delivery.id for delivery in send_test()(destination_at(app, destination))]}, 202


handler = operator_handler(app)
