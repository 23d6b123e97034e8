"""A day on which dialling uses everything: calls that are lost, waves, handing over, the watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from switchboard.campaigns.dialling.state import Change, DiallingState
from tests.support.campaigning import EXECUTIONS, dialling
from tests.support.cato import cato_token
from tests.support.dialled_hub import CONDUCT, WAKE, WATCH, dial, started, turn
from tests.support.hub import Hub
from tests.support.stuck import stuck_dialling

LISTENS, BUSY, NEVER_ENDS = 0, 65, 85


def dialling_day(hub: Hub) -> None:
    """One campaign of three waves on one channel: its workflow finds what is lost, and the watch starts a new part."""
    auth = cato_token(hub)
    people = [(NEVER_ENDS, NEVER_ENDS), LISTENS, (BUSY, LISTENS)]
    execution = started(hub, auth, people, attemptCount=3, successCondition="PICKUP_AND_LISTEN_FULL")
    # It goes on within its group, and the lines of so large a trunk have rows of their own.
    hub.operator("PUT", "/admin/accounts/acme/campaigns", {"channels": 200, "cps": 1})
    dial(hub)
    for _ in range(2):  # after the second number there is nobody whom the line could go to
        lose(hub)
        turn(hub, execution)
    hub.operator("PUT", "/admin/accounts/acme/campaigns", {"channels": 1, "cps": 50})
    for _ in range(2):
        for _ in range(2):  # both numbers of somebody whose calls never end
            lose(hub)
            turn(hub, execution)
            dial(hub)
        forget_waits(hub)
        turn(hub, execution)
        dial(hub)
    hub.invoke(WATCH, {"at_once": True})
    for word in ("pause", "resume"):
        hub.request("PUT", f"{EXECUTIONS}/{execution}/{word}", headers=auth)
    turn(hub, execution, part=10**10, turn=999)
    started(hub, auth, [BUSY])
    stuck_dialling(hub)
    dial(hub)
    hub.invoke(WAKE, {"Records": [waking("acme"), waking("acme", body="{")]})
    broken = waking("acme", body="{")
    hub.invoke(CONDUCT, {"Records": [{**broken, "attributes": {**broken["attributes"], "MessageGroupId": "acme"}}]})


def lose(hub: Hub, account: str = "acme") -> None:
    """Let the time of every call have come in which its end should have been told."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    state = dialling(hub).load(account)
    lines = {channel: replace(line, deadline=past) for channel, line in state.lines.items()}
    _written(hub, replace(state, lines=lines), lines=list(lines.values()))


def forget_waits(hub: Hub, account: str = "acme") -> None:
    """Let the time of every wave have come."""
    state, now = dialling(hub).load(account), datetime.now(UTC)
    executions = {id_: replace(one, wave_at=now if one.wave_at else None) for id_, one in state.executions.items()}
    _written(hub, replace(state, executions=executions, dialler=replace(state.dialler, wake_at=None)))


def waking(account: str, body: str = "") -> dict[str, Any]:
    """A message of the queue of wake-ups."""
    text = body or f'{{"account": "{account}", "name": "wake.1"}}'
    return {"messageId": "m", "receiptHandle": "r", "body": text, "attributes": {"ApproximateReceiveCount": "1"}}


def _written(hub: Hub, state: DiallingState, **changed: Any) -> None:
    version = state.dialler.version
    after = replace(state, dialler=replace(state.dialler, version=version + 1))
    assert dialling(hub).commit(version, Change(after, **changed))


def counters(hub: Hub, execution: str, account: str = "acme") -> Mapping[str, int]:
    """How far an execution is."""
    table = dialling(hub)
    found = table.load(account).executions.get(execution) or table.snapshot(account, execution)
    assert found
    return {name: getattr(found.counters, name) for name in found.counters.__slots__}
