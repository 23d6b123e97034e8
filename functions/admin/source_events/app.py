"""GET /admin/sources/{source}/events and /refused: events that belong to no call, and refused requests."""

from typing import Any

from switchboard.accounts.activity.contracts import refused_view
from switchboard.accounts.activity.model import REFUSALS_KEPT_FOR
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import kept_calls, source_activity
from switchboard.calls.contracts import event_view
from switchboard.errors import NotFound
from switchboard.lambdas.operator import (
    account_in,
    operator_api,
    operator_handler,
    page_in,
    page_of_all,
    query_of,
    source_at,
)

app = operator_api()


@app.get("/admin/sources/<source>/events")
def show_events(source: str) -> dict[str, Any]:
    """Return the events of a source that belong to no call, newest first."""
    found = source_at(source)
    kept, cursor = kept_calls().events_of_source(found.account, found.id, *page_in(query_of(app)))
    return {"events": [event_view(event) for event in kept], "cursor": cursor}


@app.get("/admin/sources/<source>/refused")
def show_refused(source: str) -> dict[str, Any]:
    """Return the last 20 refused requests of a source within 7 days, newest first, without credentials."""
    found, query = source_at(source), query_of(app)
    if "account" in query and account_in(query).id != found.account:
        raise NotFound("There is no such source.", "source")
    kept = source_activity().refused(found.id, now() - REFUSALS_KEPT_FOR)
    page, cursor = page_of_all(app, kept, lambda one: one.at.isoformat(timespec="microseconds"), descending=True)
    return {"refused": [refused_view(one) for one in page], "cursor": cursor}


handler = operator_handler(app)
