"""Events of campaigns, for accounts with a subscribed receiver."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from switchboard.campaigns.dialling.state import DiallingNews, NewsKind
from switchboard.campaigns.events import KINDS, FindSubscribedKinds, SendCampaignEvents
from switchboard.dialects.registry import renderer_named, vocabulary_of
from switchboard.dialects.standard.schemas import schema_of
from switchboard.kernel.call import AppliedEvent, CallEvent, Direction, Kind, Number, Outcome
from switchboard.kernel.campaign import CallRecord, Counters, Execution, Phase, Subscriber, SubscriberRecord
from switchboard.kernel.news import OF_CAMPAIGNS, OF_SUBSCRIBERS
from switchboard.subscriptions.filters import passes_filters
from switchboard.subscriptions.model import Filters, Subscription
from tests.support.builders import NOON, a_subscription
from tests.support.campaigns import an_execution

EVERY = OF_CAMPAIGNS | OF_SUBSCRIBERS
CALL = CallRecord("x1.0.1.0", "79161234567", 1, NOON, answered_at=NOON, ended_at=NOON, success=True, digits="1")


class Known:
    """Executions and records, and how often they were looked at; the events that were sent."""

    def __init__(self, execution: Execution | None) -> None:
        self.execution = execution
        self.sent: list[CallEvent] = []
        self.looks = 0

    def get(self, account: str, id_: str) -> Execution | None:
        self.looks += 1
        return self.execution if (account, id_) == ("acme", "x1") else None

    def records(self, _: Execution, first: int, __: int) -> Sequence[SubscriberRecord]:
        self.looks += 1
        return [SubscriberRecord(first, notified=True, final=True, calls=(CALL,))] if first == 0 else []

    def send(self, event: CallEvent) -> None:
        self.sent.append(event)

    @property
    def kinds(self) -> list[Kind]:
        return [event.kind for event in self.sent]


@pytest.fixture
def known() -> Known:
    return Known(an_execution(size=200, wave=1, counters=Counters(total=200, not_yet=100, notified=90, failed=10)))


def telling(known: Known, *asked: Kind) -> SendCampaignEvents:
    wanted = frozenset(asked or EVERY)
    return SendCampaignEvents(
        lambda _: wanted, known, lambda _, index: Subscriber(f"Person {index}", ()), known, lambda _: "RU"
    )


def one(what: NewsKind, subscriber: int = -1, seconds: float = 0) -> DiallingNews:
    return DiallingNews(what, "x1", NOON + timedelta(seconds=seconds), subscriber, 1)


def body(event: CallEvent) -> dict[str, object]:
    (rendered,) = renderer_named("standard").render(AppliedEvent(event, None, Outcome.NOTED), "")
    return dict(rendered.body["data"])


def test_everything_that_happens_has_an_event() -> None:
    """And every event of campaigns is told of something."""
    assert set(KINDS) == set(NewsKind)
    assert set(KINDS.values()) == EVERY


def test_where_nobody_asks_nothing_is_read_or_sent(known: Known) -> None:
    """However much happens."""
    tell = SendCampaignEvents(lambda _: frozenset(), known, lambda _, __: Subscriber("", ()), known, lambda _: "RU")
    tell("acme", [one(NewsKind.STARTED), one(NewsKind.NOTIFIED, 0)])
    assert (known.looks, known.sent) == (0, [])


def test_what_nobody_asks_for_is_not_read(known: Known) -> None:
    """Where only the end is wanted, people cost nothing."""
    telling(known, Kind.CAMPAIGN_FINISHED)("acme", [one(NewsKind.NOTIFIED, 0), one(NewsKind.STARTED)])
    assert (known.looks, known.sent) == (0, [])


def test_an_execution_that_begins_is_told(known: Known) -> None:
    """The event has the execution's ids, phase and counters."""
    assert known.execution is not None
    telling(known)("acme", [one(NewsKind.STARTED)])
    (event,) = known.sent
    told = body(event)
    assert (event.kind, event.call_id, event.account, event.at) == (Kind.CAMPAIGN_STARTED, "", "acme", NOON)
    assert (told["execution_id"], told["task_id"], told["task_name"]) == ("x1", "t1", "flood")
    assert (told["phase"], told["wave"], told["waves"]) == ("running", 1, 2)
    assert told["started_at"] == NOON.isoformat()
    assert told["counters"] == asdict(known.execution.counters)


def test_an_execution_that_ends_is_told_once_and_nothing_of_progress_after_it(known: Known) -> None:
    """With when and how it ended."""
    assert known.execution is not None
    known.execution = replace(known.execution, phase=Phase.STOPPED, finished_at=NOON + timedelta(hours=1))
    telling(known)("acme", [one(NewsKind.NOTIFIED, 0), one(NewsKind.FINISHED)])
    assert known.kinds == [Kind.SUBSCRIBER_NOTIFIED, Kind.CAMPAIGN_FINISHED]
    assert body(known.sent[1])["ended_at"] == (NOON + timedelta(hours=1)).isoformat()
    assert body(known.sent[1])["phase"] == "stopped"


def test_what_became_of_a_subscriber_is_told(known: Known) -> None:
    """The event has the subscriber, the number and the pressed digits."""
    telling(known, *OF_SUBSCRIBERS)("acme", [one(NewsKind.NOTIFIED, 0), one(NewsKind.FAILED, 7)])
    notified, failed = known.sent
    assert (notified.kind, notified.direction) == (Kind.SUBSCRIBER_NOTIFIED, Direction.OUTGOING)
    told = body(notified)
    assert (told["execution_id"], told["wave"], told["subscriber"]) == ("x1", 1, 0)
    assert (told["full_name"], told["attempts"], told["digits"]) == ("Person 0", 1, "1")
    assert told["callee"] == {"received": "79161234567", "e164": "+79161234567"}
    assert told["answered_at"] == NOON.isoformat()
    assert (body(failed)["callee"], body(failed)["attempts"]) == (None, 0)


def test_what_is_told_again_is_the_same_event(known: Known) -> None:
    """By another worker, too; different news are different events."""
    told = [
        one(NewsKind.STARTED),
        one(NewsKind.WAVE),
        one(NewsKind.NOTIFIED, 0),
        one(NewsKind.NOTIFIED, 1),
        one(NewsKind.FINISHED),
    ]
    for _ in range(2):
        telling(known)("acme", told)
    ids = [event.id for event in known.sent]
    assert len(ids) == 2 * len(set(ids))
    assert len(set(ids)) == 6  # the progress among them


def test_progress_is_told_once_for_a_hundredth_of_a_wave(known: Known) -> None:
    """Every worker gives the event the same id. The same percentage of the next wave is another event."""
    assert known.execution is not None
    counts = [(1, 100), (1, 99), (1, 98), (2, 98)]
    for wave, left in counts:
        counters = replace(known.execution.counters, not_yet=left)
        known.execution = replace(known.execution, wave=wave, counters=counters)
        telling(known, Kind.CAMPAIGN_PROGRESS)("acme", [one(NewsKind.NOTIFIED, 0)])
    ids = [event.id for event in known.sent]
    assert [body(event)["percent"] for event in known.sent] == [50, 50, 51, 51]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_one_worker_tells_progress_every_five_seconds_at_most(known: Known) -> None:
    """Waves and pauses it tells at once."""
    tell = telling(known, Kind.CAMPAIGN_PROGRESS)
    for second in range(11):
        tell("acme", [one(NewsKind.NOTIFIED, 0, second)])
    assert [(event.at - NOON).total_seconds() for event in known.sent] == [0, 5, 10]
    tell("acme", [one(NewsKind.WAVE, seconds=11), one(NewsKind.PAUSED, seconds=11)])
    assert known.kinds == [Kind.CAMPAIGN_PROGRESS] * 5


def test_a_pause_of_the_hubs_own_has_its_reason(known: Known) -> None:
    """For somebody to look."""
    assert known.execution is not None
    known.execution = replace(known.execution, phase=Phase.PAUSED, reason="The telephony refused ten calls in a row")
    telling(known, Kind.CAMPAIGN_PROGRESS)("acme", [one(NewsKind.PAUSED)])
    assert (body(known.sent[0])["phase"], body(known.sent[0])["reason"]) == ("paused", known.execution.reason)


def test_of_an_execution_that_is_not_there_nothing_is_told(known: Known) -> None:
    """It is another account's, or gone."""
    telling(known)("other", [one(NewsKind.STARTED)])
    assert known.sent == []


def test_events_of_an_execution_keep_their_order_and_subscribers_do_not_wait(known: Known) -> None:
    """The execution is one lane, each subscriber another."""
    telling(known)(
        "acme", [one(NewsKind.STARTED), one(NewsKind.NOTIFIED, 0), one(NewsKind.NOTIFIED, 1), one(NewsKind.FINISHED)]
    )
    lanes = {event.kind: event.lane for event in known.sent}
    assert lanes[Kind.CAMPAIGN_STARTED] == lanes[Kind.CAMPAIGN_FINISHED] == "source:campaign:x1"
    assert len({event.lane for event in known.sent}) == 3


@pytest.mark.parametrize("kind", sorted(EVERY))
def test_every_field_of_a_campaigns_event_has_its_place(kind: Kind) -> None:
    """In the schema that is published."""
    assert {"execution_id", "task_id", "task_name", "wave"} <= set(schema_of(kind)["properties"]["data"]["required"])


class Receivers:
    """Subscriptions of an account, and how often they were read."""

    def __init__(self, *subscriptions: Subscription) -> None:
        self.subscriptions, self.reads = list(subscriptions), 0

    def of_account(self, account: str) -> list[Subscription]:
        self.reads += 1
        return [one for one in self.subscriptions if one.account == account]


def a_destination(dialect: str = "standard", events: tuple[str, ...] = (), **fields: object) -> Subscription:
    return a_subscription("", dialect=dialect, events=events, **fields)


def asked(*subscriptions: Subscription) -> frozenset[Kind]:
    return FindSubscribedKinds(Receivers(*subscriptions), lambda dialect, name: vocabulary_of(dialect).has(name))(
        "acme"
    )


@pytest.mark.parametrize(
    ("subscription", "kinds"),
    [
        (a_destination(), EVERY),
        (a_destination(events=("campaign.started", "call.ended")), {Kind.CAMPAIGN_STARTED}),
        (a_destination(events=("call.ended",)), set()),
        (a_destination("vpbx"), set()),
        (a_destination("vpbx", ("campaign.started",)), set()),
        (a_destination(disabled="gone"), set()),
        (a_destination(account="other"), set()),
    ],
)
def test_what_somebody_asks_for_is_told(subscription: Subscription, kinds: set[Kind]) -> None:
    """Kinds count if an active subscription names them, in a dialect with such events."""
    assert asked(subscription) == kinds


def test_what_is_asked_for_is_read_once_for_many_calls() -> None:
    """It is remembered for some seconds."""
    receivers = Receivers(a_destination())
    ask = FindSubscribedKinds(receivers, lambda dialect, name: vocabulary_of(dialect).has(name))
    assert [ask("acme"), ask("acme")] == [EVERY, EVERY]
    assert receivers.reads == 1


def test_filters_let_a_campaign_through_where_it_is_named(known: Known) -> None:
    """A destination for some calls alone does not hear of campaigns that it did not ask for."""
    telling(known)("acme", [one(NewsKind.STARTED), one(NewsKind.NOTIFIED, 0)])
    started, notified = (AppliedEvent(event, None, Outcome.NOTED) for event in known.sent[:2])
    some = Filters(direction=Direction.INCOMING, extensions=("101",))
    assert passes_filters(a_destination(), started)
    assert not passes_filters(a_destination(filters=some), started)
    assert passes_filters(a_destination(filters=some, events=("campaign.started",)), started)
    assert passes_filters(a_destination(filters=Filters(Direction.OUTGOING, numbers=("7916*",))), notified)
    assert not passes_filters(a_destination(filters=Filters(numbers=("7351*",))), notified)
    assert not passes_filters(a_destination(filters=some), notified)
    assert notified.event.callee == Number("79161234567", "+79161234567")
