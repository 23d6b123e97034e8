"""Ask the function that converts audio, and wait for its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard.aws.codec import dump, load
from switchboard.campaigns.audio.ports import ConversionAnswer, ConversionOrder, ConvertedFile
from switchboard.errors import Invalid, Refused, TooLarge, UnsupportedMedia

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

FAULTS: dict[str, type[Refused]] = {kind.code: kind for kind in (Invalid, TooLarge, UnsupportedMedia)}


class ConversionFailed(Exception):
    """The function that converts failed by a fault of the hub, or the machine was too slow."""


class LambdaConversion:
    """Port Conversion."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def __call__(self, order: ConversionOrder) -> ConvertedFile:
        """Return the converted file. Raises Invalid, TooLarge and UnsupportedMedia; ConversionFailed otherwise."""
        told = self._client.invoke(FunctionName=self._function, Payload=dump(order).encode())
        if told.get("FunctionError"):
            raise ConversionFailed("The function that converts audio failed; its log says why.")
        answer = load(told["Payload"].read(), ConversionAnswer)
        if answer.made is not None:
            return answer.made
        fault = FAULTS.get(answer.fault, Invalid)
        raise fault(answer.message)
