"""Replays of many deliveries. The rows of their adapters stand here, too."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states
from switchboard.bootstrap.adapters import Adapter, accounts_table, adapter, deliveries, delivery_queue, stepfunctions

if TYPE_CHECKING:
    from switchboard.aws.replay_rows import ReplayRunRows
    from switchboard.aws.workflows import ReplayWorkflow
    from switchboard.deliveries.replays.begin import BeginReplay
    from switchboard.deliveries.replays.model import ReplayRun
    from switchboard.deliveries.replays.turn import ReplayTurn

replay_runs: Adapter[ReplayRunRows] = adapter("aws.replay_rows.ReplayRunRows", accounts_table)
replay_workflow: Adapter[ReplayWorkflow] = adapter(
    "aws.workflows.ReplayWorkflow", stepfunctions, settings.replay_workflow
)


@cache
def begin_replay() -> BeginReplay:
    """Return what begins replays."""
    from switchboard.accounts.digests import new_id
    from switchboard.deliveries.replays.begin import BeginReplay

    return BeginReplay(replay_runs(), now, new_id)


@cache
def replay_turn() -> ReplayTurn:
    """Return the turns of the workflow of a replay."""
    from switchboard.deliveries.replays.turn import ReplayTurn

    return ReplayTurn(replay_runs(), deliveries(), delivery_queue(), replay_workflow(), account_states(), now)


def watch_replays(*, at_once: bool) -> list[ReplayRun]:
    """Restart the workflows of replays that are overdue; `at_once` those of all unfinished ones."""
    from switchboard.deliveries.replays.watch import WatchReplays

    watch = WatchReplays(replay_runs(), replay_workflow(), now)
    return watch.start_all() if at_once else watch()
