"""Outages of AWS: the short form of `make chaos ARGS='--only outages'`."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from chaos.inprocess.bad_days import BEGIN, Plan, lived_through, named, together
from chaos.inprocess.outages import Ailment, Outage
from switchboard.intake.ports import SpillPlace
from switchboard.intake.spill import FlaggedPlaces

# The queue refuses for a moment, again and again, while the worker applies what the queue took between.
FLAPPING = tuple(Outage("sqs", Ailment.REFUSES, BEGIN + at, BEGIN + at + 2) for at in range(0, 60, 3))

LONG = [
    (Outage("dynamodb", Ailment.THROTTLES, BEGIN, BEGIN + 1800),),
    (Outage("dynamodb", Ailment.SILENT, BEGIN, BEGIN + 180),),
    (Outage("sqs", Ailment.REFUSES, BEGIN, BEGIN + 1800),),
    (Outage("sqs", Ailment.SILENT, BEGIN, BEGIN + 30),),
    (Outage("kms", Ailment.SILENT, BEGIN, BEGIN + 180),),
    (Outage("secretsmanager", Ailment.REFUSES, BEGIN, BEGIN + 1800), Outage("ses", Ailment.SILENT, BEGIN, BEGIN + 180)),
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


def test_the_order_holds_while_events_spill_and_the_worker_works() -> None:
    """Events of one call go by turns through the queue and through the table."""
    figures = lived_through(FLAPPING, seed=7, calls=3)
    assert figures.good, figures.lines()
    assert figures.events_out == figures.events_in > 0


def test_a_worker_that_remembers_for_longer_than_the_door_waits_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events overtake others that were spilled before them, in some of the orders in which things can happen."""
    monkeypatch.setattr("switchboard.intake.spill.FlaggedPlaces.__call__", _remembering_for_a_minute)
    assert any(lived_through(FLAPPING, seed=seed, calls=6).disordered for seed in (7, 8, 3, 17, 1))


def _remembering_for_a_minute(flagged: FlaggedPlaces) -> Sequence[SpillPlace]:
    if flagged._found is None or flagged.timer() - flagged._found[0] > 60:
        flagged._found = flagged.timer(), [place for place in flagged.places if place.flag()]
    return flagged._found[1]


def test_an_address_without_an_e_mail_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that takes a refusal for an answer loses messages."""
    monkeypatch.setattr("switchboard.campaigns.emails.send.SendEmails._is_sent", _ignoring_failures)
    plan = (Outage("ses", Ailment.REFUSES, BEGIN, BEGIN + 180),)
    assert any("no e-mail" in one for one in lived_through(plan, seed=7, calls=1).complaints)


def _ignoring_failures(sends: Any, *given: Any, alone: bool) -> bool:
    del alone
    with suppress(Exception):
        sends._send_to(*given)
    return True


def test_a_queue_that_gives_up_early_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With ten receives, an outage of half an hour loses events."""
    monkeypatch.setattr("chaos.inprocess.queues.MOST_RECEIVES", 10)
    assert lived_through(LONG[0], seed=7, calls=1).lost
