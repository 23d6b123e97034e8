"""POST /api/v1/audio-files/tts: text to speech."""

from typing import Any

from switchboard.bootstrap.audio import speak_text
from switchboard.campaigns.audio.contracts import read_speech
from switchboard.dialects.cato.audio import audio_view
from switchboard.lambdas.cato import body_of, cato_api, cato_handler, token_of
from switchboard.lambdas.cato_pages import base_url

app = cato_api()


@app.post("/api/v1/audio-files/tts")
def speak() -> dict[str, Any]:
    """Speak a text and return the audio file. Equal text, voice and name return the existing file."""
    token = token_of(app)
    return audio_view(speak_text()(read_speech(token.account, token.name, body_of(app))), base_url(app))


handler = cato_handler(app)
