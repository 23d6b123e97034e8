"""Replay in a hub of tests: by the request, by the workflow, and by the watch."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.bootstrap.adapters import deliveries
from switchboard.bootstrap.replays import replay_runs
from switchboard.deliveries.replays import turn
from switchboard.deliveries.replays.begin import KEPT_FOR, find_run
from switchboard.deliveries.replays.letters import Letters
from tests.support.hub import Hub

TURN, WATCH = "workflows/replay", "workflows/watch_endpoints"
NEWEST = 10**12  # a part after any that a watch or a turn starts


def replays_day(hub: Hub) -> None:
    """Replays that end with the request, in the workflow, by a stop, and a month later by their removal."""
    for dry_run, call in ((True, "call-1"), (False, "")):
        hub.operator("POST", "/admin/deliveries/replay", {"account": "acme", "call": call, "dry_run": dry_run})
    wish = {"account": "acme", "state": "delivered"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turn, "MOST_WAITING", -1)
        asked = hub.operator("POST", "/admin/deliveries/replay", {**wish, "idempotency_key": "in-its-workflow"})
        hub.invoke(WATCH, {"at_once": True})
        hub.invoke(TURN, {"replay": asked.json["replay"], "part": 10**11, "turn": 999})
    run = find_run(asked.json["replay"], replay_runs())
    page, _ = Letters(deliveries()).page(run)
    assert page
    hub.invoke(TURN, {"replay": replay_runs().save(run.planned(page, "", run.asked_at)).id, "part": NEWEST, "turn": 0})
    hub.work()
    done = hub.operator("POST", "/admin/deliveries/replay", wish).json["replay"]
    ended = find_run(done, replay_runs())
    assert ended.finished_at
    replay_runs().save(replace(ended, finished_at=ended.finished_at - KEPT_FOR - timedelta(days=1)))
    cut_off(hub, "with-a-call", call="call-1")
    hub.invoke(WATCH, {"at_once": True})
    for one in hub.operator("GET", "/admin/replays", account="acme").json["replays"]:
        hub.invoke(TURN, {"replay": one["id"], "part": NEWEST, "turn": 0})
        hub.operator("GET", f"/admin/replays/{one['id']}")
    hub.operator("POST", f"/admin/replays/{cut_off(hub, 'stopped')}/stop")
    hub.operator("POST", "/admin/deliveries/replay", {**wish, "dry_run": True})


def cut_off(hub: Hub, key: str, call: str = "") -> str:
    """Return a replay whose first page is not done: the hub stopped in between."""
    wish = {"account": "acme", "state": "delivered", "idempotency_key": key, "call": call}
    run = find_run(hub.operator("POST", "/admin/deliveries/replay", wish).json["replay"], replay_runs())
    begun = replace(run, state=type(run.state)("running"), finished_at=None, next_at=run.asked_at, last=False, place="")
    return replay_runs().save(begun).id
