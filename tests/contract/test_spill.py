"""Port SpillPlace: a table and a bucket."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.aws.spilled_events import SpilledObjects, SpilledRows
from switchboard.errors import TooLarge
from switchboard.intake.ports import SpilledLane, SpillPlace
from switchboard.kernel.call import CallEvent
from tests.fakes.spill import MemorySpill
from tests.support.builders import NOON, an_event, an_event_of_no_call
from tests.support.stack import Stack


@pytest.fixture(params=["memory", "table", "bucket"])
def place(request: pytest.FixtureRequest) -> SpillPlace:
    """A place for events."""
    if request.param == "memory":
        return MemorySpill()
    stack: Stack = request.getfixturevalue("stack")
    if request.param == "table":
        return SpilledRows(stack.dynamodb, stack.table("ActivityTable"))
    return SpilledObjects(stack.clients.s3, stack.refs["CampaignsBucket"])


def at(seconds: float, **fields: object) -> CallEvent:
    """An event that was received so many seconds after noon."""
    return replace(an_event(), id=f"e-{seconds}", received_at=NOON + timedelta(seconds=seconds), **fields)  # type: ignore[arg-type]


def test_a_lane_gives_its_earlier_events_in_order(place: SpillPlace) -> None:
    """Whatever the order of writing; other calls and later events are left out; a repeat is kept once."""
    assert place.is_empty()
    wanted = [at(0), at(0.5), at(1)]
    others = [at(2), at(0.1, call_id="other"), at(0.1, account="other"), an_event_of_no_call()]
    for event in (*reversed(wanted), *others, wanted[0]):
        place.keep(event)
    assert not place.is_empty()
    assert place.of_lane(at(1)) == wanted
    for event in wanted[:2]:
        place.remove(event)
        place.remove(event)
    assert place.of_lane(at(1)) == wanted[2:]


def test_each_lane_is_told_with_its_oldest_and_newest(place: SpillPlace) -> None:
    """Lanes of several calls, accounts and sources."""
    assert list(place.lanes()) == []
    lone = replace(an_event_of_no_call(), received_at=NOON)
    for event in (at(0), at(5), at(1), at(3, call_id="other"), lone):
        place.keep(event)
    found = sorted(place.lanes(), key=lambda one: (one.oldest, one.newest.id))
    assert SpilledLane(NOON, at(5)) in found
    assert SpilledLane(NOON + timedelta(seconds=3), at(3, call_id="other")) in found
    assert SpilledLane(NOON, lone) in found
    assert len(found) == 3


@pytest.mark.parametrize("kind", ["table", "bucket"])
def test_an_event_that_is_too_large_is_refused(stack: Stack, kind: str) -> None:
    """The queue would refuse the event for ever."""
    places = {
        "table": SpilledRows(stack.dynamodb, stack.table("ActivityTable")),
        "bucket": SpilledObjects(stack.clients.s3, stack.refs["CampaignsBucket"]),
    }
    with pytest.raises(TooLarge):
        places[kind].keep(an_event(raw={"text": "x" * 90_000}))


def test_a_bucket_that_fails_has_no_flag(stack: Stack) -> None:
    """S3 must not stop the events of the queue; the failure is told."""
    told: list[Exception] = []
    assert SpilledObjects(stack.clients.s3, "no-such-bucket-of-ours-at-all", told.append).flag() is None


def test_a_flag_is_raised_and_lowered(place: SpillPlace) -> None:
    """A flag that was raised again since it was read stays; lowering a missing flag is no error."""
    assert place.flag() is None
    place.raise_flag(NOON)
    first = place.flag()
    assert first is not None
    assert first.at == NOON
    place.raise_flag(NOON + timedelta(seconds=5))
    second = place.flag()
    assert second is not None
    assert (second.at, second.token != first.token) == (NOON + timedelta(seconds=5), True)
    place.lower_flag(second)
    place.lower_flag(second)
    assert place.flag() is None
    assert place.is_empty()


def test_a_flag_that_was_raised_since_is_not_lowered(stack: Stack) -> None:
    """Of a table: the condition of the delete fails. Of a bucket: S3 compares the entity tag."""
    rows = SpilledRows(stack.dynamodb, stack.table("ActivityTable"))
    for place in (rows, MemorySpill()):
        place.raise_flag(NOON)
        stale = place.flag()
        assert stale is not None
        place.raise_flag(NOON)
        place.lower_flag(stale)
        assert place.flag() is not None
    objects = SpilledObjects(stack.clients.s3, stack.refs["CampaignsBucket"])
    objects.raise_flag(NOON)
    read = objects.flag()
    assert read is not None
    given: list[dict[str, object]] = []
    stack.clients.s3.meta.events.register(
        "provide-client-params.s3.DeleteObject", lambda params, **_: given.append(dict(params))
    )
    objects.lower_flag(read)
    assert given == [{"Bucket": stack.refs["CampaignsBucket"], "Key": "spilled.flag", "IfMatch": read.token}]


def test_a_flag_of_an_earlier_release_is_read(stack: Stack) -> None:
    """It was an empty object."""
    stack.clients.s3.put_object(Bucket=stack.refs["CampaignsBucket"], Key="spilled.flag", Body=b"")
    objects = SpilledObjects(stack.clients.s3, stack.refs["CampaignsBucket"])
    read = objects.flag()
    assert read is not None
    assert read.at < NOON
    objects.lower_flag(read)
    assert objects.flag() is None
