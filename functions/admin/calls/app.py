"""GET /admin/calls, GET /admin/calls/{call}."""

from typing import Any

from switchboard.bootstrap.accounts import region_of
from switchboard.bootstrap.adapters import deliveries, endpoints, kept_calls, recordings
from switchboard.calls.contracts import call_view, read_filter
from switchboard.calls.find import list_calls
from switchboard.deliveries.call_file import open_call
from switchboard.deliveries.contracts import file_view
from switchboard.deliveries.next_attempt import NextAttempts
from switchboard.lambdas.operator import accounts_in, operator_api, operator_handler, page_in, query_of
from switchboard.recordings.contracts import recording_view
from switchboard.recordings.manage import recordings_of_call

app = operator_api()


@app.get("/admin/calls")
def show_all() -> dict[str, Any]:
    """Return a page of calls, filtered by number, state and time, newest first."""
    query = query_of(app)
    page = list_calls(accounts_in(query), read_filter(query, region_of), *page_in(query), kept_calls())
    return {"calls": [call_view(call) for call in page.calls], "cursor": page.cursor}


@app.get("/admin/calls/<call>")
def show(call: str) -> dict[str, Any]:
    """Return one call: state, timeline, events as received, deliveries and recordings."""
    found = open_call(accounts_in(query_of(app)), call, kept_calls(), deliveries())
    kept = recordings_of_call(found.call.account, found.call.id, recordings())
    return {
        **file_view(found, NextAttempts(endpoints())),
        "recordings": [recording_view(recording) for recording in kept],
    }


handler = operator_handler(app)
