"""Audio above the gateway's limit: POST /api/v1/audio-files/uploads and /api/v1/audio-files/uploads/{upload}."""

from typing import Any

from switchboard.bootstrap.audio import begin_upload, complete_upload, default_treatment
from switchboard.campaigns.audio.contracts import read_upload
from switchboard.dialects.cato.audio import audio_view, upload_view
from switchboard.lambdas.cato import account_of, body_of, cato_api, cato_handler, token_of
from switchboard.lambdas.cato_pages import base_url

app = cato_api()


@app.post("/api/v1/audio-files/uploads")
def begin() -> tuple[dict[str, Any], int]:
    """Start an upload: return a presigned URL for the bytes."""
    token = token_of(app)
    upload, link = begin_upload()(read_upload(token.account, token.name, body_of(app), default_treatment()))
    return upload_view(upload, link, base_url(app)), 201


@app.post("/api/v1/audio-files/uploads/<upload>")
def complete(upload: str) -> dict[str, Any]:
    """Complete an upload: return the audio file with all fields. A repeat returns the same file."""
    return audio_view(complete_upload()(account_of(app), upload), base_url(app))


handler = cato_handler(app)
