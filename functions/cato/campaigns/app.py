"""POST /api/v1/campaigns: list, audio and settings in one form; the campaign starts at once."""

from typing import Any

from switchboard.bootstrap.handover import await_start
from switchboard.bootstrap.launch import launch_campaign
from switchboard.lambdas.cato import cato_api, cato_handler
from switchboard.lambdas.cato_launch import launched_view, order_in

app = cato_api()


@app.post("/api/v1/campaigns")
def launch() -> dict[str, Any]:
    """Make the campaign's parts and start the campaign. A repeat with the same key makes nothing new."""
    order = order_in(app)
    launched = launch_campaign()(order)
    execution = await_start()(order.account, launched.execution)
    return launched_view(launched, execution, rehearsal=bool(order.rehearsal))


handler = cato_handler(app)
