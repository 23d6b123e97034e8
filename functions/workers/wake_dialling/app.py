"""The queue of wake-ups: time has come for an account's conductor to take a turn."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.adapters import dialling_queue, postpone
from switchboard.campaigns.dialling.messages import Waking
from switchboard.lambdas.lanes import Lanes, Message

ACCOUNTS_AT_ONCE = 5
RESERVE = 5.0


def wake_one(message: Message) -> None:
    """One account."""
    waking = load(message.body, Waking)
    dialling_queue().tick(waking.account, waking.name, waking.laps)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of wake-ups."""
    return Lanes(wake_one, postpone(settings.wakes_queue_url), ACCOUNTS_AT_ONCE, RESERVE)(event, context)
