"""POST /sys/events/ticket: a ticket for a browser, which opens the account's events, and comes again by itself."""

from typing import Any

from switchboard.bootstrap.streams import ticket_desk
from switchboard.lambdas.sprecord import account_of, sprecord_api, sprecord_handler
from switchboard.streams.tickets import LIFE, OPEN_WITHIN

app = sprecord_api()


@app.post("/sys/events/ticket")
def issue() -> tuple[dict[str, Any], int]:
    """The ticket, within how many seconds it has to be used, and for how many it is good then."""
    times = {"open_within": int(OPEN_WITHIN.total_seconds()), "expires_in": int(LIFE.total_seconds())}
    return {"ticket": ticket_desk().issue(account_of(app)), **times}, 201


handler = sprecord_handler(app)
