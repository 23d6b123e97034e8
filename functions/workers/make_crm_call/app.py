"""The queue of what CRMs want of calls: make one, or put one through to whom the CRM names."""

from typing import Any

from switchboard.aws.codec import load_crm_wish
from switchboard.bootstrap import crm, inbound
from switchboard.kernel.communication import RedirectRequest
from switchboard.lambdas.lanes import LaneBatchHandler, Message

CALLS_AT_ONCE = 10
RESERVE = 10.0  # seconds that a CRM and a telephony may take to answer, and our own reading and writing


def serve_one(message: Message) -> None:
    """One call."""
    wish = load_crm_wish(message.body)
    if isinstance(wish, RedirectRequest):
        inbound.redirect_inbound()(wish)
    else:
        crm.make_call()(wish)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of calls."""
    return LaneBatchHandler(serve_one, crm.postpone_crm_calls, CALLS_AT_ONCE, RESERVE)(event, context)
