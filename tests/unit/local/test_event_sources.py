"""Batches of FIFO queues in MiniStack, as the local hub runs it."""

from collections.abc import Iterator
from threading import Event

import pytest
from ministack.services import lambda_svc

from local import event_sources
from local.event_sources import BATCHES_AT_ONCE, batches_at_once

FIFO = {"is_fifo": True}
SOURCE = {"UUID": "source-1", "ScalingConfig": {"MaximumConcurrency": 3}}


@pytest.fixture
def end() -> Iterator[Event]:
    """Ends the batches that a test has started."""
    ended = Event()
    yield ended
    ended.set()


def test_another_batch_of_a_fifo_queue_starts_when_those_before_are_slow(
    end: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One at first; further ones up to a limit, and none beside a batch that has just begun."""
    allowed = [batches_at_once(SOURCE, {}, {}, FIFO)]
    monkeypatch.setattr(event_sources, "SLOW_AFTER", 0.0)
    for _ in range(BATCHES_AT_ONCE):
        event_sources.dispatch("source-1", end.wait)
        allowed.append(batches_at_once(SOURCE, {}, {}, FIFO))
    assert allowed == [*range(1, BATCHES_AT_ONCE + 1), BATCHES_AT_ONCE]
    monkeypatch.setattr(event_sources, "SLOW_AFTER", 60.0)
    event_sources.dispatch("source-2", end.wait)
    assert batches_at_once({"UUID": "source-2"}, {}, {}, FIFO) == 1


def test_other_queues_keep_their_own_limit() -> None:
    """As the template or MiniStack has it."""
    assert batches_at_once(SOURCE, {}, {}, {"is_fifo": False}) == 3


def test_ministack_has_what_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer MiniStack may name it otherwise."""
    for name in ("_sqs_esm_concurrency", "_dispatch_esm_batch"):
        monkeypatch.setattr(lambda_svc, name, getattr(lambda_svc, name))
    event_sources.install()
    assert lambda_svc._sqs_esm_concurrency is batches_at_once
