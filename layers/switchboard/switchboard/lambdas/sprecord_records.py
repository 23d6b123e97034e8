"""Stream recordings by their numbers, as SpRecord serves them."""

from __future__ import annotations

from switchboard.bootstrap.adapters import recordings
from switchboard.bootstrap.recordings import serve_recording
from switchboard.dialects.refusals import refuse
from switchboard.errors import Refused
from switchboard.lambdas.recordings import asked_in, listener_behind
from switchboard.lambdas.sprecord import account_behind
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, login, streaming
from switchboard.recordings.model import Media
from switchboard.recordings.serve import NotRecorded


def serving() -> App:
    """Return the app of `/sys/records/{record_id}`. A request needs an account's token."""

    def serve(request: Request) -> Streamed:
        account = login(request, lambda shown: listener_behind(shown, account_behind))
        call_id = recordings().call_of(account, request.place)
        if call_id is None:
            raise NotRecorded
        sent = serve_recording()(account, call_id, Media.RECORDING, asked_in(request))
        return Streamed(sent.status, sent.headers, sent.body)

    return streaming(serve, _refused)


def _refused(error: Refused) -> Streamed:
    wait = error.retry_after if isinstance(error, NotRecorded) else None
    return json_answer(error.status, refuse(error), error.headers if wait is None else {"Retry-After": str(wait)})
