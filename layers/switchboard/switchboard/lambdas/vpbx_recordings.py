"""Stream recordings and voicemail, as IS.VPBX serves them."""

from __future__ import annotations

from switchboard.bootstrap.recordings import serve_recording
from switchboard.dialects.vpbx.errors import refuse
from switchboard.dialects.vpbx.recordings import not_recorded
from switchboard.errors import Refused
from switchboard.kernel.ids import plain_id
from switchboard.lambdas.recordings import asked_in, listener_behind
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, streaming
from switchboard.lambdas.vpbx_requests import account_behind
from switchboard.recordings.model import Media
from switchboard.recordings.serve import NotRecorded


def serving(media: Media) -> App:
    """Return the app of `/api/v1/<media>/{call_id}`. A request needs an account's token."""

    def serve(request: Request) -> Streamed:
        account = listener_behind(request.header("authorization"), account_behind)
        sent = serve_recording()(account, plain_id(request.place), media, asked_in(request))
        return Streamed(sent.status, sent.headers, sent.body)

    return streaming(serve, _refused)


def _refused(error: Refused) -> Streamed:
    if isinstance(error, NotRecorded):
        wait = error.retry_after
        return json_answer(error.status, not_recorded(), {} if wait is None else {"Retry-After": str(wait)})
    return json_answer(error.status, refuse(error))
