"""Stream recordings and voicemail, as IS.VPBX serves them."""

from __future__ import annotations

from switchboard.bootstrap.recordings import serve_recording
from switchboard.dialects.vpbx.errors import refuse
from switchboard.dialects.vpbx.recordings import not_recorded
from switchboard.errors import Refused
from switchboard.kernel.ids import plain_id
from switchboard.lambdas.recordings import asked_in, linked, listener_behind
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, login, streaming
from switchboard.lambdas.vpbx_requests import account_behind
from switchboard.recordings.links import PARAMETER
from switchboard.recordings.model import Media
from switchboard.recordings.serve import NotRecorded


def serving(media: Media) -> App:
    """Return the app of `/api/v1/<media>/{call_id}`. A request needs an account's token.

    A recording also opens by the link that a CRM was given.
    """

    def serve(request: Request) -> Streamed:
        call_id = plain_id(request.place)
        link = request.query.get(PARAMETER, "") if media is Media.RECORDING else ""
        account = (
            linked(link, call_id) if link else login(request, lambda shown: listener_behind(shown, account_behind))
        )
        sent = serve_recording()(account, call_id, media, asked_in(request))
        return Streamed(sent.status, sent.headers, sent.body)

    return streaming(serve, _refused)


def _refused(error: Refused) -> Streamed:
    if isinstance(error, NotRecorded):
        wait = error.retry_after
        return json_answer(error.status, not_recorded(), {} if wait is None else {"Retry-After": str(wait)})
    return json_answer(error.status, refuse(error), error.headers)
