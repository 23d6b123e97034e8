"""Convert one audio file. Decoders meet files from strangers, so this function may read originals and write audio."""

from typing import Any

import msgspec

from switchboard.aws.audio_conversion import ConversionAnswer, fault_of
from switchboard.bootstrap.conversion import convert_audio
from switchboard.campaigns.audio.ports import ConversionOrder
from switchboard.errors import Refused
from switchboard.media.bounded import hide_environment


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Take a `ConversionOrder`; return a `ConversionAnswer`."""
    hide_environment()
    try:
        answer = ConversionAnswer(convert_audio()(msgspec.convert(event, ConversionOrder)))
    except Refused as error:
        answer = fault_of(error)
    told: dict[str, Any] = msgspec.to_builtins(answer)
    return told
