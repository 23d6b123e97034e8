"""Text to speech by Amazon Polly. The Russian voices, Tatyana and Maxim, have the standard engine only."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from switchboard.errors import Invalid

if TYPE_CHECKING:
    from mypy_boto3_polly import PollyClient

OWN_CHOICE = "Tatyana"
STANDARD = frozenset({"Tatyana", "Maxim"})
RATE = 16000  # hertz: Polly's highest rate for PCM
WRONG = frozenset({"ValidationException", "InvalidParameterValue"})


class PollySpeaker:
    """Port Speaker."""

    def __init__(self, client: PollyClient) -> None:
        self._client = client

    def speak(self, text: str, voice: str) -> bytes:
        """Return speech as WAV, by the neural engine if the voice has one. Raises Invalid."""
        named = voice.capitalize() or OWN_CHOICE
        engines = ["standard"] if named in STANDARD else ["neural", "standard"]
        return _wav(self._spoken(text, named, engines))

    def _spoken(self, text: str, voice: str, engines: list[str]) -> bytes:
        for engine in engines:
            wanted: Any = {"Text": text, "VoiceId": voice, "Engine": engine}
            try:
                answer = self._client.synthesize_speech(OutputFormat="pcm", SampleRate=str(RATE), **wanted)
            except ClientError as error:
                if error.response["Error"]["Code"] == "TextLengthExceededException":
                    raise Invalid("The text is too long for the speech service: split it.", "text") from None
                if error.response["Error"]["Code"] not in WRONG:
                    raise
            else:
                data: bytes = answer["AudioStream"].read()
                return data
        raise Invalid("There is no such voice.", "voice")


def _wav(samples: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples)
    return file.getvalue()
