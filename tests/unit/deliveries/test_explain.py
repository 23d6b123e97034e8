"""Why a destination got a call, or did not: one reason each, and a sentence for people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from switchboard.accounts.model import Account
from switchboard.calls.apply import apply, first_sight
from switchboard.calls.ports import KeptEvent
from switchboard.deliveries.call_file import CallFile
from switchboard.deliveries.explain.contracts import read_question, when_in
from switchboard.deliveries.explain.decide import Explanation, Reach, Waits, explain_sent, explain_unsent
from switchboard.deliveries.explain.words import SENTENCES, sentence
from switchboard.deliveries.model import Attempt, DeliveryRecord, DeliveryState
from switchboard.dialects.registry import renderer_named
from switchboard.errors import Invalid
from switchboard.kernel.call import Direction
from switchboard.subscriptions.model import Filters
from tests.support.builders import NOON, a_record, a_subscription, an_event

LATER = NOON + timedelta(hours=1)
REFUSAL = Attempt(NOON, 12, status=503)
DIAL = {"event_name": "", "dialect": "standard", "created_at": NOON - timedelta(days=1)}


def waits(**fields: Any) -> Waits:
    known: dict[str, Any] = {"now": NOON, "next_attempt": lambda _: LATER, "paused_at": lambda _: None}
    return Waits(**{**known, **fields})


def a_file() -> CallFile:
    event = an_event(direction=Direction.INCOMING)
    call, outcome = apply(first_sight(event), event)
    return CallFile(call, [KeptEvent(event, outcome)], [])


DELIVERED = a_record("m-1", state=DeliveryState.DELIVERED, finished_at=NOON, attempts=(Attempt(NOON, 9, status=204),))
PARKED = a_record("m-2", state=DeliveryState.PARKED, attempts=(REFUSAL,), sequence=2)
DEAD = a_record("m-3", state=DeliveryState.DEAD, attempts=(REFUSAL,), finished_at=LATER, reason="refused", sequence=3)
HELD = a_record("m-4", state=DeliveryState.PARKED, held_until=LATER)
CANCELLED = a_record("m-5", state=DeliveryState.CANCELLED, finished_at=NOON, reason="the subscription is gone")


@pytest.mark.parametrize(
    ("records", "known", "reach", "words"),
    [
        ([DELIVERED], {}, Reach.DELIVERED, "Delivered on 2026-03-14 15:00:00 (status 204)."),
        ([DELIVERED, PARKED], {}, Reach.WAITING, "failed (status 503). The next attempt is 2026-03-14 16:00:00."),
        ([PARKED], {"paused_at": lambda _: NOON}, Reach.PAUSED, "the receiver is paused. Resume"),
        ([PARKED], {"suspended": True}, Reach.SUSPENDED, "the account is suspended. Sending goes on"),
        ([HELD], {}, Reach.HELD, "over its daily budget. Sending begins 2026-03-14 16:00:00."),
        ([HELD], {"now": LATER}, Reach.WAITING, "was not made yet"),
        ([DELIVERED, PARKED, DEAD], {}, Reach.DEAD, "Dead letter on 2026-03-14 16:00:00: refused (status 503)."),
        ([CANCELLED], {}, Reach.CANCELLED, "Cancelled on 2026-03-14 15:00:00: the subscription is gone."),
    ],
)
def test_the_worst_delivery_decides(
    records: list[DeliveryRecord], known: dict[str, Any], reach: Reach, words: str
) -> None:
    """A dead letter comes first, then a delivery that waits, then the rest."""
    found = explain_sent(records, waits(**known))
    assert (found.reach, len(found.records)) == (reach, len(records))
    assert words in sentence(found, when_in("Europe/Moscow"))


@pytest.mark.parametrize(
    ("fields", "reach", "detail"),
    [
        ({"created_at": LATER}, Reach.MADE_LATER, ""),
        ({"disabled": "no success", "disabled_at": NOON}, Reach.DISABLED, "no success"),
        ({"filters": Filters(direction=Direction.OUTGOING)}, Reach.FILTERED, "direction"),
        ({"filters": Filters(extensions=("999",))}, Reach.FILTERED, "extensions"),
        ({"filters": Filters(numbers=("7495*",))}, Reach.FILTERED, "numbers"),
        ({"events": ("recording.available",)}, Reach.OTHER_EVENTS, ""),
        ({"event_name": "end.call", "dialect": "vpbx"}, Reach.OTHER_EVENTS, ""),
        ({}, Reach.NOT_THEN, ""),
    ],
)
def test_a_destination_without_a_delivery_has_a_reason(fields: dict[str, Any], reach: Reach, detail: str) -> None:
    """The first reason that explains every event of the call."""
    subscription = a_subscription(**{**DIAL, **fields})
    render = renderer_named(subscription.dialect).render
    found = explain_unsent(subscription, a_file(), lambda applied: render(applied, ""))
    assert (found.reach, found.detail) == (reach, detail)
    assert sentence(found, when_in("Europe/Moscow")).startswith("Not sent: ")


def test_a_dialect_may_have_no_message() -> None:
    """Then no choice of events helps."""
    assert explain_unsent(a_subscription(**DIAL), a_file(), lambda _: []).reach is Reach.NO_MESSAGE


def test_every_reason_has_a_sentence_without_gaps() -> None:
    """Also if nothing more is known."""
    for reach in Reach:
        assert "{" not in sentence(Explanation(reach), when_in("UTC"))
    assert set(SENTENCES) == set(Reach)


ACME = Account("acme", "Acme", NOON, region="RU", timezone="Europe/Moscow")


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ({}, NOON - timedelta(days=1), NOON),
        ({"within": "30"}, NOON - timedelta(minutes=30), NOON),
        ({"at": "14:30"}, NOON - timedelta(minutes=90), NOON + timedelta(minutes=30)),
        ({"at": "15:30", "within": "30"}, NOON - timedelta(days=1), NOON - timedelta(hours=23)),
        ({"at": "2026-03-10T12:00"}, NOON - timedelta(days=4, hours=4), NOON - timedelta(days=4, hours=2)),
        ({"at": "2026-03-14T12:00Z", "within": "1"}, NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)),
    ],
)
def test_times_are_those_of_the_account(query: dict[str, str], since: Any, until: Any) -> None:
    """Without a zone: local. A time of day is the latest such time."""
    window = read_question(query, ACME, NOON).window
    assert (window.since, window.until) == (since, until)


def test_a_number_may_be_spelled_in_any_usual_way() -> None:
    """The digits of E.164 are looked for; a hidden number finds nobody."""
    spellings = ("+79161234567", "8 (916) 123-45-67", "89161234567")
    assert {read_question({"number": one}, ACME, NOON).number for one in spellings} == {"79161234567"}


@pytest.mark.parametrize("query", [{"at": "yesterday"}, {"at": "25:00"}, {"within": "0"}, {"within": "x"}])
def test_a_wrong_question_is_refused(query: dict[str, str]) -> None:
    """With the wrong parameter."""
    with pytest.raises(Invalid) as raised:
        read_question(query, ACME, NOON)
    assert raised.value.field == next(iter(query))
