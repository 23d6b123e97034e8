"""The queue of CRMs' requests: make a call, or redirect a call to the extension that the CRM names."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load_crm_wish
from switchboard.bootstrap.crm import make_call
from switchboard.bootstrap.hands import hands
from switchboard.bootstrap.inbound import redirect_inbound
from switchboard.kernel.communication import RedirectRequest
from switchboard.lambdas.lanes import LaneBatchHandler, Message

CALLS_AT_ONCE = 10
MOST_RECEIVES = 3  # the employee does not wait longer
RESERVE = 10.0  # seconds for the answers of CRM and telephony, and for reads and writes


def serve_one(message: Message) -> None:
    """Serve one request."""
    wish = load_crm_wish(message.body)
    if isinstance(wish, RedirectRequest):
        redirect_inbound()(wish)
    else:
        make_call()(wish)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Serve a batch of requests."""
    lanes = LaneBatchHandler(
        serve_one, hands(settings.crm_calls_queue_url), CALLS_AT_ONCE, RESERVE, most_receives=MOST_RECEIVES
    )
    return lanes(event, context)
