"""Audio files of CATO: PUT /api/v1/audio-files/add/{filename}; GET /api/v1/audio-files; GET, PUT and DELETE of one."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import audio_files
from switchboard.bootstrap.audio import add_audio, default_treatment, remove_audio, replace_audio
from switchboard.campaigns.audio.add import AudioRequest
from switchboard.campaigns.audio.contracts import read_change, read_pcm, read_treatment
from switchboard.campaigns.audio.manage import find_audio, rename_audio
from switchboard.dialects.cato.audio import AUDIO_FILES, added_view, audio_view, warning_headers
from switchboard.lambdas.cato import account_of, body_of, cato_api, cato_handler, path_of, query_of, token_of
from switchboard.lambdas.cato_audio import audio_in, is_json, pcm_in
from switchboard.lambdas.cato_lists import flag_in
from switchboard.lambdas.cato_pages import base_url, listed
from switchboard.lambdas.http import JSON, to_json
from switchboard.lambdas.rest import no_content

app = cato_api()


@app.put("/api/v1/audio-files/add/<filename>")
def add(filename: str) -> Response[str]:  # noqa: ARG001 - quoted; `path_of` unquotes
    """Add a file. The same name with the same bytes returns the existing file. `?details=true` returns all fields."""
    file = add_audio()(wish(path_of(app, "filename")))
    view = (audio_view if flag_in(app, "details") else added_view)(file, base_url(app))
    return Response(200, JSON, to_json(view), warning_headers(file))


@app.get("/api/v1/audio-files")
def show_all() -> Response[str]:
    """Return a page of the account's files; the header `Link` leads to the next page."""
    return listed(app, AUDIO_FILES, audio_files(), lambda file: audio_view(file, base_url(app)))


@app.get("/api/v1/audio-files/<audio>")
def show(audio: str) -> dict[str, Any]:
    return audio_view(find_audio(account_of(app), audio, audio_files()), base_url(app))


@app.put("/api/v1/audio-files/<audio>")
def change(audio: str) -> dict[str, Any]:
    """Replace the bytes or, with a JSON body, change name or user."""
    if is_json(app):
        asked = read_change(body_of(app))
        file = rename_audio(find_audio(account_of(app), audio, audio_files()), *asked, audio_files())
    else:
        file = replace_audio()(audio, wish(""))
    return audio_view(file, base_url(app))


@app.delete("/api/v1/audio-files/<audio>")
def remove(audio: str) -> Response[str]:
    """Delete a file."""
    remove_audio()(account_of(app), audio)
    return no_content()


def wish(name: str) -> AudioRequest:
    """Return the audio in the request's body."""
    token = token_of(app)
    data, query = audio_in(app), query_of(app)
    pcm = pcm_in(app, data) or read_pcm(query)
    return AudioRequest(token.account, token.name, name, data, pcm, read_treatment(query, default_treatment()))


handler = cato_handler(app)
