"""The queue of dialling: each account's conductor takes what was told, and goes on."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.adapters import postpone
from switchboard.bootstrap.dialling import conduct
from switchboard.campaigns.dialling.messages import Heard
from switchboard.lambdas.dialling import Accounts
from switchboard.lambdas.remaining import out_of_time

RESERVE = 4.0  # seconds: a wait for the rate, and a last turn


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of messages; what came of them is written before any of them is acknowledged."""
    conductor, is_over = conduct(), out_of_time(context, RESERVE)
    accounts = Accounts(
        read=lambda body: load(body, Heard),
        handle=lambda account, heard, laps: conductor(account, heard, is_over, laps),
        postpone=postpone(settings.dialling_queue_url),
    )
    return accounts(event)
