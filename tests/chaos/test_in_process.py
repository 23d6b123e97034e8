"""The real handlers under every fault that a seed chooses: the short form of `make chaos`."""

import pytest

from chaos.inprocess.faults import Odds
from chaos.inprocess.run import run
from switchboard.deliveries.deliver import DeliverBatch
from switchboard.deliveries.lanes import Lanes
from switchboard.deliveries.watch import WatchEndpoints

HARSH = Odds(kill=0.02, fail=0.01)
PEACE = Odds(kill=0, fail=0, abort=0, double=0)


@pytest.mark.parametrize("seed", range(1, 5))
def test_nothing_is_lost_or_out_of_order_whoever_is_killed(seed: int) -> None:
    """Killed before and after every effect, each event arrives, in order, and again only where that was not known."""
    figures = run(seed, calls=3, odds=HARSH)
    assert figures.good, figures.lines()
    assert figures.kills.total() > 0
    assert figures.events_out + figures.refused == figures.events_in


@pytest.mark.parametrize("seed", [11, 12])
def test_without_faults_there_is_one_execution_for_each_time_of_trouble(seed: int) -> None:
    """And no event comes twice, whatever the receivers do."""
    figures = run(seed, calls=4, odds=PEACE)
    assert figures.good, figures.lines()
    assert figures.executions == figures.endpoints_failing
    assert figures.repeats == 0


def test_a_seed_says_what_happens() -> None:
    """The same one does the same again, so that what it finds can be looked into."""
    first, second = (run(5, calls=2, odds=HARSH) for _ in range(2))
    assert first.lines() == second.lines()
    assert first.kills == second.kills


def test_a_loss_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that forgets lanes which are handed over, and that nobody watches, is told from a good one."""
    monkeypatch.setattr(Lanes, "_start", lambda *_: None)
    monkeypatch.setattr("chaos.inprocess.run.DAYS", 1000.0)  # it waits in vain
    monkeypatch.setattr(WatchEndpoints, "__call__", lambda *_: [])
    assert any(run(seed, calls=2, odds=PEACE).lost for seed in range(14, 17))


def test_disorder_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that sends on past what waits is told from a good one."""
    monkeypatch.setattr(DeliverBatch, "_park", lambda *_: False)
    assert any(run(seed, calls=2, odds=PEACE).disordered for seed in range(14, 17))
