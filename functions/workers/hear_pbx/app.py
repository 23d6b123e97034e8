"""The queue of what PBXs sent: apply each frame to its call."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.hands import hands
from switchboard.bootstrap.hearing import hear_pbx
from switchboard.lambdas.lanes import LaneBatchHandler, Message
from switchboard.telephony.asterisk.ports import PbxFrame

CALLS_AT_ONCE = 10
RESERVE = 5.0


def hear_one(message: Message) -> None:
    """Apply one frame."""
    hear_pbx()(load(message.body, PbxFrame), first_receipt=message.first_receipt)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply a batch of frames."""
    return LaneBatchHandler(hear_one, hands(settings.pbx_queue_url), CALLS_AT_ONCE, RESERVE)(event, context)
