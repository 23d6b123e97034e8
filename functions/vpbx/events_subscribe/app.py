"""GET, POST, PUT, PATCH and DELETE /api/v1/events/subscribe (and /api/v1/event/subscribe) of IS.VPBX."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import subscriptions
from switchboard.bootstrap.subscriptions import subscription_manager
from switchboard.dialects.vpbx import subscriptions as wire
from switchboard.errors import Conflict, Invalid
from switchboard.lambdas.http import JSON, to_json
from switchboard.lambdas.rest import no_content
from switchboard.lambdas.vpbx import account_of, body_of, vpbx_api, vpbx_handler
from switchboard.subscriptions.subscribe import find_subscription

DIALECT = "vpbx"
PATHS = ("/api/v1/events/subscribe", "/api/v1/event/subscribe")

app = vpbx_api()


def show() -> dict[str, Any]:
    """Return the account's enabled subscriptions."""
    found = subscriptions().of_account(account_of(app))
    return wire.listed([one for one in found if one.event_name and one.dialect == DIALECT and not one.disabled])


def add() -> Response[str] | dict[str, Any]:
    """Add a subscription; answer a second one for the event with the documented 409."""
    fields = body_of(app)
    request = wire.read_request(fields)
    try:
        made = subscription_manager().subscribe(account_of(app), DIALECT, request)
    except Conflict:
        return Response(409, JSON, to_json(wire.ALREADY_THERE))
    return wire.made(made, fields)


def replace() -> dict[str, Any]:
    """Replace the receiver of a subscription."""
    fields = body_of(app)
    changed = subscription_manager().change(account_of(app), DIALECT, wire.read_request(fields))
    return wire.made(changed, fields, "обновлена успешно")


def change() -> dict[str, Any]:
    """Change the given fields of a subscription."""
    fields = body_of(app)
    name = str(fields.get("event_name") or app.current_event.get_query_string_value("event_name") or "")
    if not name:
        raise Invalid("Give the name of an event.", "event_name")
    old = find_subscription(account_of(app), DIALECT, name, subscriptions())
    changed = subscription_manager().change(account_of(app), DIALECT, wire.read_change(old, fields))
    return wire.made(changed, fields, "обновлена успешно")


def remove() -> Response[str] | dict[str, Any]:
    """Remove a subscription; answer 204 if there was none."""
    name = app.current_event.get_query_string_value("event_name")
    if not name:
        raise Invalid("Give the name of an event in the query string.", "event_name")
    if not subscriptions().remove(account_of(app), f"{DIALECT}:{name}"):
        return no_content()
    return wire.removed(name)


for path in PATHS:
    app.get(path)(show)
    app.post(path)(add)
    app.put(path)(replace)
    app.patch(path)(change)
    app.delete(path)(remove)

handler = vpbx_handler(app)
