"""The queue of CRMs' requests: make a call, or redirect a call to the extension that the CRM names."""

from typing import Any

from switchboard.aws.codec import load_crm_wish
from switchboard.bootstrap import crm, inbound
from switchboard.kernel.communication import RedirectRequest
from switchboard.lambdas.lanes import LaneBatchHandler, Message

CALLS_AT_ONCE = 10
RESERVE = 10.0  # seconds for the answers of CRM and telephony, and for reads and writes


def serve_one(message: Message) -> None:
    """Serve one request."""
    wish = load_crm_wish(message.body)
    if isinstance(wish, RedirectRequest):
        inbound.redirect_inbound()(wish)
    else:
        crm.make_call()(wish)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Serve a batch of requests."""
    return LaneBatchHandler(serve_one, crm.postpone_crm_calls, CALLS_AT_ONCE, RESERVE)(event, context)
