"""GET /admin/deliveries, POST /admin/deliveries/replay, GET /admin/deliveries/{delivery} and POST of its /replay."""

from typing import Any

from switchboard.bootstrap.adapters import deliveries, delivery_queue, endpoints
from switchboard.deliveries.contracts import read_replay, read_state, record_view
from switchboard.deliveries.find import find_delivery, list_deliveries
from switchboard.deliveries.next_attempt import NextAttempts
from switchboard.deliveries.replay import replay, replay_all
from switchboard.lambdas.operator import (
    account_in,
    accounts_in,
    body_of,
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


@app.post("/admin/deliveries/replay")
def send_all_again() -> tuple[dict[str, Any], int]:
    """Replay the deliveries that match a filter, or only count them."""
    account, wanted, dry_run = read_replay(body_of(app))
    account_in({"account": account})
    done = replay_all(account, wanted, deliveries(), delivery_queue(), dry_run=dry_run)
    return {"count": done.count, "more": done.more, "dry_run": dry_run}, 200 if dry_run else 202


@app.post("/admin/deliveries/<delivery>/replay")
def send_again(delivery: str) -> tuple[dict[str, Any], int]:
    """Replay one delivery, under the same id."""
    record = find_delivery(delivery, accounts_in(query_of(app)), deliveries())
    again = replay(record, deliveries(), delivery_queue())
    return {"id": again.id, "state": "pending", "replays": again.replays}, 202


handler = operator_handler(app)
