"""Request bodies and queries of the API for audio files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from switchboard.campaigns.audio.manage import LONGEST_NAME
from switchboard.campaigns.audio.speak import SpeechRequest
from switchboard.campaigns.audio.uploads import AudioUploadRequest
from switchboard.contracts import Body, read_body
from switchboard.errors import Invalid
from switchboard.kernel.campaign_audio import LARGEST_UPLOAD, Pcm, Rendition, Treatment

LONGEST_TEXT = 3000  # characters, as Polly has it
LONGEST_USER = 255

Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
User = Annotated[str, StringConstraints(max_length=LONGEST_USER)]
Encoding = Literal[
    "s16le", "s16be", "u16le", "u8", "s8", "s24le", "s24be", "s32le", "s32be", "f32le", "f32be", "alaw", "mulaw", "gsm",
    "g722",
]  # fmt: skip


class TreatmentBody(Body):
    """What is done to the sound. `loudness` is in LUFS."""

    loudness: Literal["off"] | Annotated[float, Field(ge=-40, le=-10)] | None = None
    trim: bool | None = None
    quiet: bool | None = None

    def treatment(self, default: Treatment) -> Treatment:
        """Return the given values, and those of `default` for the rest."""
        loudness = default.loudness if self.loudness is None else self.loudness
        trim = default.trim if self.trim is None else self.trim
        return Treatment(loudness if isinstance(loudness, float) else None, trim, bool(self.quiet))


class PcmBody(TreatmentBody):
    """The format of samples without a header (ruling cato 7)."""

    rate: int | None = Field(default=None, ge=1000, le=192_000)
    channels: int | None = Field(default=None, ge=1, le=8)
    encoding: Encoding | None = None

    def pcm(self) -> Pcm:
        """Return the given values, and the document's defaults for the rest."""
        told = {name: value for name in ("rate", "channels", "encoding") if (value := getattr(self, name)) is not None}
        return Pcm(**told, told=bool(told))


class UploadBody(PcmBody):
    """Name and size of a file to upload."""

    name: Name
    size: int = Field(ge=1, le=LARGEST_UPLOAD, strict=True)
    userId: User | None = None  # noqa: N815 - the wire's own spelling


class SpeechBody(Body):
    """A text to speak, 1 to LONGEST_TEXT characters."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
    voice: Annotated[str, StringConstraints(max_length=40)] = ""
    name: Name | None = None
    userId: User | None = None  # noqa: N815 - the wire's own spelling


class ChangeBody(Body):
    """The fields of a file that can change without new bytes."""

    name: Name | None = None
    userId: User | None = None  # noqa: N815 - the wire's own spelling


def read_pcm(query: Mapping[str, str]) -> Pcm:
    """Return the format in `?rate`, `?channels` and `?encoding`. Raises Invalid."""
    return read_body(PcmBody, query).pcm()


def read_treatment(query: Mapping[str, str], default: Treatment) -> Treatment:
    """Return what `?loudness`, `?trim` and `?quiet` ask for. Raises Invalid."""
    return read_body(TreatmentBody, query).treatment(default)


def read_upload(account: str, user: str, fields: Mapping[str, Any], default: Treatment) -> AudioUploadRequest:
    """Return the requested upload; `user` is the default of `userId`. Raises Invalid."""
    body = read_body(UploadBody, fields)
    user = user if body.userId is None else body.userId
    return AudioUploadRequest(account, user, body.name, body.size, body.pcm(), body.treatment(default))


def read_speech(account: str, user: str, fields: Mapping[str, Any]) -> SpeechRequest:
    """Return the requested speech; the text's first 60 characters are the default of `name`. Raises Invalid."""
    body = read_body(SpeechBody, fields)
    name = body.name or " ".join(body.text.split())[:60]
    return SpeechRequest(account, user if body.userId is None else body.userId, name, body.text, body.voice)


def read_change(fields: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return name and user id, None for an unchanged field. Raises Invalid if the body has neither."""
    body = read_body(ChangeBody, fields)
    if body.name is None and body.userId is None:
        raise Invalid("Send audio, or a JSON object with name or userId.")
    return body.name, body.userId


def read_rendition(query: Mapping[str, str]) -> Rendition:
    """Return the rendition in `?rendition`; the default is wav. Raises Invalid."""
    wanted = query.get("rendition") or Rendition.WAV.value
    try:
        return Rendition(wanted)
    except ValueError:
        raise Invalid("It must be wav or alaw.", "rendition") from None
