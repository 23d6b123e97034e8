"""The dialling queue: each account's conductor applies progress, and starts calls."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.dialling import conduct, keep_health, tell_again
from switchboard.bootstrap.hands import hands
from switchboard.campaigns.dialling.messages import ConductorMessage
from switchboard.lambdas.dialling_batch import ConductAccounts
from switchboard.lambdas.remaining import out_of_time

RESERVE = 4.0  # seconds for a wait for the rate, and for a last turn


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a batch of messages. The results are written before the messages are acknowledged."""
    conductor, is_over = conduct(), out_of_time(context, RESERVE)
    accounts = ConductAccounts(
        read=lambda body: load(body, ConductorMessage),
        handle=lambda account, heard, laps: conductor(account, heard, is_over, laps),
        tell_again=tell_again(),
        health=keep_health(),
        queue=hands(settings.dialling_queue_url),
    )
    return accounts(event)
