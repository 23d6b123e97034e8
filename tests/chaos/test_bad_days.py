"""Outages of AWS: the short form of `make chaos ARGS='--only outages'`."""

import pytest

from chaos.inprocess.bad_days import BEGIN, Plan, lived_through, named, together
from chaos.inprocess.outages import Ailment, Outage

LONG = [
    (Outage("dynamodb", Ailment.THROTTLES, BEGIN, BEGIN + 1800),),
    (Outage("dynamodb", Ailment.SILENT, BEGIN, BEGIN + 180),),
    (Outage("sqs", Ailment.REFUSES, BEGIN, BEGIN + 1800),),
    (Outage("sqs", Ailment.SILENT, BEGIN, BEGIN + 30),),
    (Outage("kms", Ailment.SILENT, BEGIN, BEGIN + 180),),
    (Outage("s3", Ailment.REFUSES, BEGIN, BEGIN + 180), Outage("sqs", Ailment.THROTTLES, BEGIN + 10, BEGIN + 120)),
    (Outage("dynamodb", Ailment.REFUSES, BEGIN, BEGIN + 120), Outage("sqs", Ailment.REFUSES, BEGIN, BEGIN + 60)),
    next(together()),
]


@pytest.mark.parametrize("plan", LONG, ids=named)
def test_nothing_is_lost_or_out_of_order_in_an_outage(plan: Plan) -> None:
    """Every event arrives in order once the service is back, and no message ends in a dead queue."""
    figures = lived_through(plan, seed=7, calls=2)
    assert figures.good, figures.lines()
    assert figures.events_out == figures.events_in > 0


def test_a_queue_that_gives_up_early_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With ten receives, an outage of half an hour loses events."""
    monkeypatch.setattr("chaos.inprocess.queues.MOST_RECEIVES", 10)
    assert lived_through(LONG[0], seed=7, calls=1).lost
