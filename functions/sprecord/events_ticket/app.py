"""POST /sys/events/ticket: a ticket with which a browser opens the account's stream, and reconnects."""

from typing import Any

from switchboard.bootstrap.streams import ticket_issuer
from switchboard.lambdas.sprecord import sprecord_api, sprecord_handler, token_of
from switchboard.streams.tickets import LIFE, OPEN_WITHIN

app = sprecord_api()


@app.post("/sys/events/ticket")
def issue() -> tuple[dict[str, Any], int]:
    """Issue a ticket. The answer says within how many seconds it must be used, and how long it is valid then."""
    times = {"open_within": int(OPEN_WITHIN.total_seconds()), "expires_in": int(LIFE.total_seconds())}
    token = token_of(app)
    return {"ticket": ticket_issuer().issue(token.account, token.digest), **times}, 201


handler = sprecord_handler(app)
