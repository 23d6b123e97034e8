"""GET and POST /sys/subscribe_events of SpRecord: the webhook of the account."""

from typing import Any

from switchboard.bootstrap.subscriptions import account_hook_manager
from switchboard.dialects.sprecord.subscriptions import read_hook, shown
from switchboard.lambdas.sprecord import DIALECT, account_of, body_of, sprecord_api, sprecord_handler

app = sprecord_api()


@app.get("/sys/subscribe_events")
def show() -> dict[str, Any]:
    """Return the current webhook."""
    return shown(account_hook_manager(DIALECT).get(account_of(app)))


@app.post("/sys/subscribe_events")
def replace() -> dict[str, Any]:
    """Verify and set another webhook. An empty list of events removes the webhook."""
    url, events = read_hook(body_of(app))
    if events:
        return shown(account_hook_manager(DIALECT).put(account_of(app), url, events))
    account_hook_manager(DIALECT).remove(account_of(app))
    return shown(None)


handler = sprecord_handler(app)
