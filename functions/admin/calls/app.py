"""GET /admin/calls, GET /admin/calls/{call}, GET /admin/explain."""

from typing import Any

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import region_of
from switchboard.bootstrap.adapters import deliveries, endpoints, kept_calls, recordings
from switchboard.bootstrap.explain import explain_calls
from switchboard.calls.contracts import call_view, read_filter
from switchboard.calls.find import list_calls
from switchboard.deliveries.call_file import open_call
from switchboard.deliveries.contracts import file_view
from switchboard.deliveries.explain.contracts import explained_view, read_question
from switchboard.deliveries.next_attempt import NextAttempts
from switchboard.lambdas.operator import account_in, accounts_in, operator_api, operator_handler, page_in, query_of
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


@app.get("/admin/explain")
def explain() -> dict[str, Any]:
    """Return calls with a line for each destination: delivered, waiting, dead, or not sent and why."""
    query = query_of(app)
    account = account_in(query)
    return explained_view(explain_calls()(read_question(query, account, now())), account)


handler = operator_handler(app)
