"""GET /admin/recordings; GET and DELETE /admin/recordings/{recording}; POST /admin/recordings/{recording}/retry."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import recordings
from switchboard.bootstrap.recordings import delete_recording, retry_recording
from switchboard.lambdas.operator import accounts_in, operator_api, operator_handler, page_in, query_of
from switchboard.lambdas.rest import no_content
from switchboard.recordings.contracts import read_query, recording_view
from switchboard.recordings.manage import find_recording, find_row, list_recordings, recordings_of_call
from switchboard.recordings.model import Recording

app = operator_api()


@app.get("/admin/recordings")
def show_all() -> dict[str, Any]:
    """Return a page of recordings, newest first, or all recordings of a call; `state` filters both."""
    query = query_of(app)
    wanted, accounts = read_query(query), accounts_in(query)
    if wanted.call:
        found = [one for account in accounts for one in recordings_of_call(account, wanted.call, recordings())]
        return {
            "recordings": [recording_view(one) for one in found if wanted.state in (None, one.state)],
            "cursor": None,
        }
    found, cursor = list_recordings(accounts, wanted.state, *page_in(query), recordings())
    return {"recordings": [recording_view(one) for one in found], "cursor": cursor}


@app.get("/admin/recordings/<recording>")
def show(recording: str) -> dict[str, Any]:
    return recording_view(_found(recording))


@app.delete("/admin/recordings/<recording>")
def delete(recording: str) -> Response[str]:
    """Delete the stored file for good. A repeat changes nothing."""
    delete_recording()(find_row(recording, accounts_in(query_of(app)), recordings()))
    return no_content()


@app.post("/admin/recordings/<recording>/retry")
def retry(recording: str) -> tuple[dict[str, Any], int]:
    """Fetch a dead recording again."""
    return recording_view(retry_recording()(_found(recording))), 202


def _found(recording: str) -> Recording:
    return find_recording(recording, accounts_in(query_of(app)), recordings())


handler = operator_handler(app)
