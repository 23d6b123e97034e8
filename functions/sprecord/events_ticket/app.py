"""POST /sys/events/ticket: a ticket for a browser, which opens the account's events once."""

from typing import Any

from switchboard.bootstrap.streams import ticket_desk
from switchboard.lambdas.sprecord import account_of, sprecord_api, sprecord_handler
from switchboard.streams.tickets import LIFE

app = sprecord_api()


@app.post("/sys/events/ticket")
def issue() -> tuple[dict[str, Any], int]:
    """The ticket, and for how many seconds it is good."""
    return {"ticket": ticket_desk().issue(account_of(app)), "expires_in": int(LIFE.total_seconds())}, 201


handler = sprecord_handler(app)
