"""Convert one audio file. Decoders meet files from strangers, so this function may read originals and write audio."""

from typing import Any

from switchboard.aws.codec import from_plain, plain
from switchboard.bootstrap.conversion import convert_audio
from switchboard.campaigns.audio.ports import ConversionOrder


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Take a `ConversionOrder`; return a `ConversionAnswer`."""
    return plain(convert_audio().answer(from_plain(event, ConversionOrder)))
