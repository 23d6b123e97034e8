"""Audio files of SP5000 CATO's API: audio in requests, and the streamed content of a file."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.bootstrap.audio import play_audio, serve_audio
from switchboard.campaigns.audio.contracts import read_rendition
from switchboard.campaigns.audio.declared import by_media_type
from switchboard.errors import Refused
from switchboard.kernel.campaign_audio import CONTENT_TYPES, Pcm, Rendition
from switchboard.lambdas.bodies import bytes_of
from switchboard.lambdas.cato import query_of, refusing, token_behind
from switchboard.lambdas.http import JSON, header
from switchboard.lambdas.recordings import asked_in
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, login, streaming

# Lambda accepts requests of 6 MB, in base64.
TELEPHONY, LENGTH_OF_SIGNED = "telephony", 6  # the first part of signed paths, and how many parts they have
KEPT = "private, max-age=86400"
BODY_LIMIT = 4 * 1024 * 1024
TOO_LARGE = (
    f"A body may have {BODY_LIMIT} bytes. Ask POST /api/v1/audio-files/uploads for an address to put a larger file to."
)


def audio_in(app: APIGatewayRestResolver) -> bytes:
    """Return the body's bytes. Raises TooLarge."""
    return bytes_of(app.current_event.raw_event, BODY_LIMIT, TOO_LARGE)


def pcm_in(app: APIGatewayRestResolver, data: bytes) -> Pcm | None:
    """Return the samples that `Content-Type` declares; None without a declaration, or if the query declares samples."""
    if {"rate", "channels", "encoding"} & query_of(app).keys():
        return None
    return by_media_type(header(app.current_event.raw_event, "Content-Type"), data)


def is_json(app: APIGatewayRestResolver) -> bool:
    """Whether the request's `Content-Type` is JSON."""
    return header(app.current_event.raw_event, "Content-Type").partition(";")[0].strip().lower() == JSON


def serving() -> App:
    """Return the app behind `/api/v1/audio-files/{audio}/content`, which requires an account's token.

    The app also serves the signed addresses of `/telephony/audio`, at which PBXs fetch the audio that they play.
    """

    def serve(request: Request) -> Streamed:
        if TELEPHONY in request.parts[-LENGTH_OF_SIGNED:]:
            return serve_to_pbx(request)
        try:
            account = login(request, token_behind).account
            wanted = read_rendition(request.query)
            sent = serve_audio()(account, request.parts[-2], wanted, asked_in(request))
        except Refused as error:
            return json_answer(error.status, refusing(_path(request))(error), error.headers)
        return Streamed(sent.status, sent.headers, sent.body)

    return streaming(serve, lambda error: json_answer(error.status, refusing("")(error)))


def serve_to_pbx(request: Request) -> Streamed:
    """Return an audio file whole. The PBX may keep the file for a day. Raises NotFound for a wrong signature."""
    size, body = play_audio()(request.parts)
    headers = {"Content-Type": CONTENT_TYPES[Rendition.WAV], "Cache-Control": KEPT, "Content-Length": str(size)}
    return Streamed(200, headers, body)


def _path(request: Request) -> str:
    """Return the path without the gateway's stage."""
    return "/api/v1/audio-files/" + "/".join(request.parts[-2:])
