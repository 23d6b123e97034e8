"""The queue of what CRMs want of calls: make one, or put one through to whom the CRM names."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load_crm_wish
from switchboard.bootstrap.adapters import postpone
from switchboard.bootstrap.crm import make_call
from switchboard.bootstrap.inbound import redirect_inbound
from switchboard.kernel.communication import RedirectRequest
from switchboard.lambdas.lanes import Lanes, Message

CALLS_AT_ONCE = 10
RESERVE = 10.0  # seconds that a CRM and a telephony may take to answer, and our own reading and writing


def serve_one(message: Message) -> None:
    """One call."""
    wish = load_crm_wish(message.body)
    if isinstance(wish, RedirectRequest):
        redirect_inbound()(wish)
    else:
        make_call()(wish)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of calls."""
    return Lanes(serve_one, postpone(settings.crm_calls_queue_url), CALLS_AT_ONCE, RESERVE)(event, context)
