"""GET /admin/deliveries, GET /admin/deliveries/{delivery} and POST of its /replay."""

from typing import Any

from switchboard.bootstrap.adapters import deliveries, delivery_queue, endpoints
from switchboard.deliveries.contracts import read_state, record_view
from switchboard.deliveries.find import find_delivery, list_deliveries
from switchboard.deliveries.next_attempt import NextAttempts
from switchboard.deliveries.replay import replay
from switchboard.lambdas.operator import (
    accounts_in,
    operator_api,
    operator_handler,
    page_in,
    query_of,
)

app = operator_api()


@app.get("/admin/deliveries")
def show_all() -> dict[str, Any]:
    """Return a page of the deliveries in one state (dead by default), newest first."""
    query = query_of(app)
    found, cursor = list_deliveries(accounts_in(query), read_state(query), *page_in(query), deliveries())
    next_attempt = NextAttempts(endpoints())
    return {"deliveries": [record_view(record, next_attempt(record)) for record in found], "cursor": cursor}


@app.get("/admin/deliveries/<delivery>")
def show(delivery: str) -> dict[str, Any]:
    """Return one delivery with its attempts."""
    record = find_delivery(delivery, accounts_in(query_of(app)), deliveries())
    return record_view(record, NextAttempts(endpoints())(record))


@app.post("/admin/deliveries/<delivery>/replay")
def send_again(delivery: str) -> tuple[dict[str, Any], int]:
    """Replay one delivery, under the same id."""
    record = find_delivery(delivery, accounts_in(query_of(app)), deliveries())
    again = replay(record, deliveries(), delivery_queue())
    return {"id": again.id, "state": "pending", "replays": again.replays}, 202


handler = operator_handler(app)
