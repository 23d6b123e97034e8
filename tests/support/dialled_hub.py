"""A hub's campaigns dialled by its own functions, with the simulator at the speed of the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.calling import AT_ONCE, QUEUE, WORKER, choose
from tests.support.campaigning import prepared, start
from tests.support.hub import Hub

CONDUCT, WAKE = "workers/conduct_dialling", "workers/wake_dialling"
RUN, WATCH = "workflows/run_campaign", "workflows/watch_campaigns"
TRUNK = {"channels": 4, "cps": 50}


def numbered(suffixes: Sequence[Any]) -> list[dict[str, Any]]:
    """Subscribers whose numbers do what their last two digits say; a tuple is somebody with several numbers."""
    found = []
    for place, one in enumerate(suffixes):
        ends = one if isinstance(one, tuple) else (one,)
        phones = [f"7916{place:03d}{nth:02d}{end:02d}" for nth, end in enumerate(ends)]
        found.append({"fullName": f"Person {place}", "phones": phones, "emails": ""})
    return found


def started(hub: Hub, auth: Mapping[str, str], suffixes: Sequence[Any], account: str = "acme", **settings: Any) -> str:
    """The id of an execution that has just been started, on an account with a quick simulator."""
    task = prepared(hub, auth, numbered(suffixes), account, **settings)
    choose(hub, AT_ONCE, account)
    hub.operator("PUT", f"/admin/accounts/{account}/campaigns", TRUNK)
    return str(start(hub, auth, task).json["taskExecId"])


def dial(hub: Hub) -> None:
    """Let the workers run until there is nothing that they can do."""
    queues = (("DiallingQueue", CONDUCT), (QUEUE, WORKER), ("WakesQueue", WAKE))
    while sum(_polled(hub, queue, folder) for queue, folder in queues):
        pass


def turn(hub: Hub, execution: str, account: str = "acme", part: int = 0, turn: int = 0) -> dict[str, Any]:
    """A turn of an execution's workflow."""
    return hub.invoke(RUN, {"account": account, "execution": execution, "part": part, "turn": turn, "wait": 0})


def _polled(hub: Hub, queue: str, folder: str) -> bool:
    visible = hub.visible(queue)
    if visible:
        hub.poll(queue, folder)
    return visible
