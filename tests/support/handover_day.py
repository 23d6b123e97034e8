"""A day on which a campaign is handed over to another system: begun, watched over, followed to its end."""

from __future__ import annotations

from tests.support.cato import cato_token
from tests.support.cato_vendor import followed, other_cato, poll, started_there
from tests.support.dialled_hub import WATCH
from tests.support.hub import Hub

LISTENS, BUSY = 0, 65


def handover_day(hub: Hub) -> None:
    """By the account `acme`, which is there: in several parts, the last of which sees the end."""
    auth = cato_token(hub)
    with other_cato(hub, "other-station") as vendor:
        execution = started_there(hub, vendor, auth, [LISTENS, BUSY], attemptDelayS=0)
        hub.invoke(WATCH, {"at_once": True})
        part = max(one["part"] for one in hub.stack.executions("PollCampaignWorkflow"))
        poll(hub, execution, part, turn=999)
        assert followed(hub, execution, part=part + 1)["done"]
