"""Bodies and queries of the API for audio files, in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from switchboard.campaigns.audio.manage import LONGEST_NAME
from switchboard.campaigns.audio.speak import SpeechWish
from switchboard.campaigns.audio.uploads import UploadWish
from switchboard.contracts import Body, read_body
from switchboard.errors import Invalid
from switchboard.kernel.campaign_audio import LARGEST_UPLOAD, Pcm, Rendition

LONGEST_TEXT = 3000  # characters, as Polly has it
LONGEST_USER = 255

Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
User = Annotated[str, StringConstraints(max_length=LONGEST_USER)]
Encoding = Literal["s16le", "s16be", "u8", "s8", "s24le", "s32le", "f32le", "alaw", "mulaw"]


class PcmBody(Body):
    """How samples without a header are to be read (ruling cato 7)."""

    rate: int | None = Field(default=None, ge=1000, le=192_000)
    channels: int | None = Field(default=None, ge=1, le=8)
    encoding: Encoding | None = None

    def pcm(self) -> Pcm:
        """What is said, and the document's own values for the rest."""
        told = {name: value for name in ("rate", "channels", "encoding") if (value := getattr(self, name)) is not None}
        return Pcm(**told, told=bool(told))


class UploadBody(PcmBody):
    """A file that is to be uploaded."""

    name: Name
    size: int = Field(ge=1, le=LARGEST_UPLOAD, strict=True)
    userId: User | None = None  # noqa: N815 - the wire's own spelling


class SpeechBody(Body):
    """A text that is to be spoken."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
    voice: Annotated[str, StringConstraints(max_length=40)] = ""
    name: Name | None = None
    userId: User | None = None  # noqa: N815 - the wire's own spelling


class ChangeBody(Body):
    """What of a file may be changed without its sound."""

    name: Name | None = None
    userId: User | None = None  # noqa: N815 - the wire's own spelling


def read_pcm(query: Mapping[str, str]) -> Pcm:
    """`?rate`, `?channels`, `?encoding`."""
    return read_body(PcmBody, query).pcm()


def read_upload(account: str, user: str, fields: Mapping[str, Any]) -> UploadWish:
    """What is to be uploaded; without `userId` it is the token's."""
    body = read_body(UploadBody, fields)
    return UploadWish(account, user if body.userId is None else body.userId, body.name, body.size, body.pcm())


def read_speech(account: str, user: str, fields: Mapping[str, Any]) -> SpeechWish:
    """What is to be said; without `name` it is kept under its first words."""
    body = read_body(SpeechBody, fields)
    name = body.name or " ".join(body.text.split())[:60]
    return SpeechWish(account, user if body.userId is None else body.userId, name, body.text, body.voice)


def read_change(fields: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Name and user id, None for what stays; Invalid where nothing is to change."""
    body = read_body(ChangeBody, fields)
    if body.name is None and body.userId is None:
        raise Invalid("Send audio, or a JSON object with name or userId.")
    return body.name, body.userId


def read_rendition(query: Mapping[str, str]) -> Rendition:
    """`?rendition`: wav unless it says alaw."""
    wanted = query.get("rendition") or Rendition.WAV.value
    try:
        return Rendition(wanted)
    except ValueError:
        raise Invalid("It must be wav or alaw.", "rendition") from None
