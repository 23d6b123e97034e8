"""GET /admin/endpoints; GET and PATCH /admin/endpoints/{endpoint}; POST of its /try, /pause and /resume."""

from typing import Any

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import deliveries, endpoints, retry_queue, subscriptions
from switchboard.deliveries.contracts import endpoint_view, read_limits
from switchboard.deliveries.endpoint import RetryMessage
from switchboard.deliveries.find import find_endpoint, list_endpoints
from switchboard.deliveries.pause import pause_receiver, require_running, resume_receiver
from switchboard.deliveries.standing import NOTHING_SEEN, seen_of
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler, page_of_all, query_of

app = operator_api()


@app.get("/admin/endpoints")
def show_all() -> dict[str, Any]:
    """Return an account's receivers: subscribed receivers, and receivers with a record."""
    account = account_in(query_of(app)).id
    listed = list_endpoints(account, endpoints(), subscriptions())
    found, cursor = page_of_all(app, listed, lambda one: one[0].key.id)
    seen = seen_of(account, deliveries())
    shown = [endpoint_view(*one, seen.get(one[0].key.id, NOTHING_SEEN)) for one in found]
    return {"endpoints": shown, "cursor": cursor}


@app.get("/admin/endpoints/<endpoint>")
def show(endpoint: str) -> dict[str, Any]:
    """Return one receiver: state, next attempt, backlog and limits."""
    return endpoint_view(*_found(endpoint))


@app.patch("/admin/endpoints/<endpoint>")
def limit(endpoint: str) -> dict[str, Any]:
    """Set the limits of a receiver: `max_in_flight` and `rate`."""
    found, limits, next_at, seen = _found(endpoint)
    wanted = read_limits(body_of(app), limits)
    subscriptions().limit(found.key.account, found.receiver, wanted)
    return endpoint_view(found, wanted, next_at, seen)


@app.post("/admin/endpoints/<endpoint>/try")
def try_now(endpoint: str) -> tuple[dict[str, Any], int]:
    """Try the waiting deliveries of a receiver now, before their schedule. 409 if the receiver is paused."""
    found, *rest = _found(endpoint)
    require_running(found)
    retry_queue().send(RetryMessage(found.key), 0)
    return endpoint_view(found, *rest), 202


@app.post("/admin/endpoints/<endpoint>/pause")
def pause(endpoint: str) -> dict[str, Any]:
    """Send nothing more to a receiver. What comes for it waits in order."""
    found, limits, _, seen = _found(endpoint)
    return endpoint_view(pause_receiver(found, endpoints(), now()), limits, None, seen)


@app.post("/admin/endpoints/<endpoint>/resume")
def resume(endpoint: str) -> tuple[dict[str, Any], int]:
    """Send what waits for a paused receiver, in order, and everything new."""
    found, limits, next_at, seen = _found(endpoint)
    return endpoint_view(resume_receiver(found, endpoints(), retry_queue(), now()), limits, next_at, seen), 202


def _found(endpoint: str) -> Any:
    account = account_in(query_of(app)).id
    found = find_endpoint(account, endpoint, endpoints(), subscriptions())
    return *found, seen_of(account, deliveries()).get(endpoint, NOTHING_SEEN)


handler = operator_handler(app)
