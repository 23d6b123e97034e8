"""Recordings and voicemail as IS.VPBX serves them, streamed."""

from __future__ import annotations

from switchboard import bootstrap
from switchboard.accounts.model import TokenKind
from switchboard.bootstrap.recordings import serve_recording
from switchboard.dialects.vpbx.errors import refuse
from switchboard.dialects.vpbx.recordings import not_recorded
from switchboard.dialects.vpbx.tokens import read_token
from switchboard.errors import Refused
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, streaming
from switchboard.recordings.model import Media
from switchboard.recordings.serve import Asked, NotRecorded


def serving(media: Media) -> App:
    """The app behind `/api/v1/<media>/{call_id}`: nothing is reached without an account's token."""

    def serve(request: Request) -> Streamed:
        token = read_token(request.header("authorization"), bootstrap.token_key())
        account = bootstrap.authenticator().account_of(token, TokenKind.VPBX)
        sent = serve_recording()(account, request.place, media, asked_in(request))
        return Streamed(sent.status, sent.headers, sent.body)

    return streaming(serve, _refused)


def asked_in(request: Request) -> Asked:
    """Which part of a recording is wanted, and which one the client has."""
    return Asked(request.header("range"), request.header("if-range"), request.header("if-none-match"))


def _refused(error: Refused) -> Streamed:
    if isinstance(error, NotRecorded):
        wait = error.retry_after
        return json_answer(error.status, not_recorded(), {} if wait is None else {"Retry-After": str(wait)})
    return json_answer(error.status, refuse(error))
