"""Port ReplayRuns."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.replay_rows import ReplayRunRows
from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.replays.begin import run_id
from switchboard.deliveries.replays.model import PlannedLetter, ReplayFilter, ReplayRun, ReplayState
from switchboard.deliveries.replays.ports import ReplayRuns
from switchboard.errors import Conflict
from tests.fakes.replays import MemoryReplayRuns
from tests.support.builders import NOON
from tests.support.stack import Stack

WANTED = ReplayFilter(DeliveryState.DEAD, "call-1", 7, NOON - timedelta(days=1), NOON, "refused", 404)


@pytest.fixture
def runs(request: pytest.FixtureRequest, kind: str) -> ReplayRuns:
    if kind == "memory":
        return MemoryReplayRuns()
    stack: Stack = request.getfixturevalue("stack")
    return ReplayRunRows(AccountsTable(stack.dynamodb, stack.table("AccountsTable")))


def a_run(account: str = "the-account", key: str = "k") -> ReplayRun:
    return ReplayRun(run_id(account, key), account, WANTED, NOON, next_at=NOON)


def test_a_replay_comes_back_in_its_next_version(runs: ReplayRuns) -> None:
    """Each save writes the next version with filter and page, and an old version is refused."""
    first = runs.save(a_run())
    second = runs.save(replace(first, page=(PlannedLetter("msg_1", 2),), place="2026#msg_1", found=1))
    assert (first.version, second.version) == (1, 2)
    assert runs.get(first.id) == second
    with pytest.raises(Conflict):
        runs.save(first)
    with pytest.raises(Conflict):
        runs.save(a_run())


def test_a_replay_is_running_until_its_end(runs: ReplayRuns) -> None:
    """The watch finds unfinished replays of every account; an account finds its own, finished or not."""
    ended, other = runs.save(a_run()), runs.save(a_run("other"))
    assert sorted(run.id for run in runs.running()) == sorted([ended.id, other.id])
    ended = runs.save(ended.ended(ReplayState.DONE, NOON))
    assert runs.running() == [other]
    assert (runs.of_account("the-account"), runs.of_account("the")) == ([ended], [])


def test_a_removed_replay_is_not_found(runs: ReplayRuns) -> None:
    """Nor is a replay that never was; removing it again changes nothing."""
    run = runs.save(a_run())
    for _ in range(2):
        runs.remove(run)
    assert [runs.get(id_) for id_ in (run.id, "nobody", "", "x-" + "9" * 3000)] == [None] * 4
