"""Messages that have gone round for as long as they may, and bring no progress now."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from switchboard.aws.codec import dump
from switchboard.campaigns.dialling.mark import mark_of
from switchboard.campaigns.dialling.messages import ConductorMessage
from switchboard.laps import DIALLING, NO_LAPS, SIMULATED_CALL, Laps
from switchboard.telephony.simulator.model import Advance
from tests.support.calling import WORKER
from tests.support.campaigning import dialling
from tests.support.dialled_hub import CONDUCT
from tests.support.hub import Hub


def stuck_dialling(hub: Hub, account: str = "acme") -> None:
    """A conductor that has no time: what may change without a call changes first, and then nothing does."""
    for idle in (0, DIALLING.most_idle):
        laps = Laps(idle, mark_of(dialling(hub).load(account))) if idle else NO_LAPS
        hub.invoke(CONDUCT, {"Records": [_record(dump(ConductorMessage(account, laps=laps)), account)]}, remaining=0.0)


def stuck_call(hub: Hub) -> None:
    """A simulated call whose next step lies far ahead."""
    rows = [json.loads(row["data"]["S"]) for row in hub.stack.items("TelephonyTable") if row["sk"]["S"] == "CALL"]
    call = next(one for one in rows if one["done"] < len(one["steps"]))
    done, laps = call["done"], Laps(SIMULATED_CALL.most_idle, str(call["done"]))
    advance = Advance(call["account"], call["id"], done, done, datetime.now(UTC), laps)
    hub.invoke(WORKER, {"Records": [_record(dump(advance), "")]})


def _record(body: str, group: str) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": "1", **({"MessageGroupId": group} if group else {})}
    return {"messageId": "m", "receiptHandle": "r", "body": body, "attributes": attributes}
