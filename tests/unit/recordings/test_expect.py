"""Events that name recordings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.errors import Conflict, NotFound
from switchboard.kernel.call import Kind
from switchboard.kernel.news import news
from switchboard.recordings.expect import ExpectRecording
from switchboard.recordings.manage import DeleteRecording, RetryRecording, find_recording, find_row
from switchboard.recordings.model import Media, RecordingState, recording_id
from switchboard.recordings.watch import OVERDUE, WatchRecordings
from tests.support.builders import NOON, a_recording, an_event, an_event_of_no_call, applied
from tests.unit.recordings.world import Crash, World

END = an_event("e9", kind=Kind.CALL_ENDED, recording="https://pbx.example/1.mp3", talk_duration=5)


@pytest.fixture
def world() -> World:
    return World()


def expect(world: World) -> ExpectRecording:
    return ExpectRecording(world.recordings, world.workflows, world.clock)


def test_an_event_that_names_a_recording_has_it_fetched(world: World) -> None:
    """One row, one workflow, whatever it is told again."""
    for _ in range(3):
        expect(world)(applied(END))
    (row,) = world.recordings.rows.values()
    assert (row.reference, row.source, row.talk_duration) == ("https://pbx.example/1.mp3", "s-office", 5)
    assert world.workflows.started == [(row, 0.0)]


def test_a_message_is_expected_when_it_was_left(world: World) -> None:
    """Not when it begins, though its address may be known then."""
    for kind in (Kind.VOICEMAIL_STARTED, Kind.VOICEMAIL_LEFT):
        assert world.recordings.rows == {}
        expect(world)(applied(an_event(kind.value, kind=kind, voicemail="https://pbx.example/vm/1")))
    assert set(world.recordings.rows) == {recording_id("acme", "call-1", Media.VOICEMAIL)}


@pytest.mark.parametrize(
    "event",
    [
        an_event(),
        an_event_of_no_call(recording="https://pbx.example/1"),
        news(Kind.RECORDING_AVAILABLE, ("acme", "call-1"), "k", NOON, {"media": "recording"}),
    ],
    ids=["nothing", "no call", "our own"],
)
def test_other_events_expect_nothing(world: World, event: object) -> None:
    """A call without a recording, no call, and our own news."""
    expect(world)(applied(event))  # type: ignore[arg-type]
    assert world.recordings.rows == {}


def test_a_worker_that_died_before_the_workflow_began_is_made_good(world: World) -> None:
    """By the event's repeat."""
    world.recordings.add(a_recording())
    expect(world)(applied(END))
    assert [one.id for one, _ in world.workflows.started] == [a_recording().id]


@pytest.mark.parametrize("state", [RecordingState.AVAILABLE, RecordingState.DELETED, RecordingState.DEAD])
def test_what_has_ended_is_not_expected_anew(world: World, state: RecordingState) -> None:
    """A repeat brings nothing back."""
    world.recordings.add(a_recording(state=state))
    expect(world)(applied(END))
    assert world.workflows.started == []


def test_another_reference_may_lead_where_the_first_did_not(world: World) -> None:
    """A vendor that tells an id first and an address later."""
    world.recordings.add(a_recording(reference="8", state=RecordingState.DEAD))
    expect(world)(applied(END))
    (row,) = world.recordings.rows.values()
    assert (row.state, row.generation, row.reference) == (RecordingState.EXPECTED, 1, "https://pbx.example/1.mp3")
    assert len(world.workflows.started) == 1


def test_the_watch_drives_what_is_overdue(world: World) -> None:
    """In a part that is named for the second; twice at once start one."""
    world.recordings.add(a_recording())
    world.recordings.add(a_recording("call-2", next_at=NOON + timedelta(hours=1)))
    watch = WatchRecordings(world.recordings, world.workflows, world.clock)
    world.now += OVERDUE
    assert watch() == []
    world.now += timedelta(seconds=1)
    (handed,) = watch()
    assert handed.part == int(world.now.timestamp())
    assert watch() == []


def test_the_watch_leaves_alone_what_a_worker_may_be_at(world: World) -> None:
    """Two would write the same object; when the first's time is over it is handed on."""
    world.recordings.add(a_recording(lease=1, leased_until=NOON + 2 * OVERDUE))
    watch = WatchRecordings(world.recordings, world.workflows, world.clock)
    world.now += OVERDUE + timedelta(seconds=1)
    assert watch() == []
    world.now += OVERDUE
    assert len(watch()) == 1


def test_a_hub_that_starts_drives_all_that_wait(world: World) -> None:
    """Each at its own time."""
    leased_until = NOON + timedelta(minutes=15)
    world.recordings.add(a_recording("call-2", next_at=NOON + timedelta(minutes=10), leased_until=leased_until))
    (handed,) = WatchRecordings(world.recordings, world.workflows, world.clock).start_all()
    assert [wait for _, wait in world.workflows.started] == [600.0]
    assert not handed.is_leased(world.now)


def test_a_dead_one_can_be_retried(world: World) -> None:
    """From the beginning; of two who do it at once, one does."""
    dead = a_recording(state=RecordingState.DEAD, attempts=9, next_at=None)
    world.recordings.add(dead)
    retry = RetryRecording(world.recordings, world.workflows, world.clock)
    again = retry(dead)
    assert (again.state, again.attempts, again.generation) == (RecordingState.EXPECTED, 0, 1)
    with pytest.raises(Conflict):
        retry(dead)
    with pytest.raises(Conflict):
        retry(again)
    assert len(world.workflows.started) == 1


def test_a_deleted_one_is_not_there(world: World) -> None:
    """Neither its bytes nor its address are kept."""
    kept = a_recording(state=RecordingState.AVAILABLE)
    world.recordings.add(kept)
    world.store.objects[kept.key] = b"bytes"
    DeleteRecording(world.recordings, world.store, world.clock)(kept)
    assert world.store.objects == {}
    assert world.recordings.rows[kept.id].reference == ""
    with pytest.raises(NotFound):
        find_recording(kept.id, ["acme"], world.recordings)


@pytest.mark.parametrize("again", ["the operator", "the watch"])
def test_a_deletion_that_was_cut_off_is_ended(world: World, again: str) -> None:
    """By who deletes once more, or by the watch."""
    kept = a_recording(state=RecordingState.AVAILABLE, next_at=None)
    world.recordings.add(kept)
    world.store.objects[kept.key] = b"bytes"
    remove, world.store.remove = world.store.remove, dying  # type: ignore[method-assign]
    delete = DeleteRecording(world.recordings, world.store, world.clock)
    with pytest.raises(Crash):
        delete(kept)
    world.store.remove = remove  # type: ignore[method-assign]
    if again == "the operator":
        delete(find_row(kept.id, ["acme"], world.recordings))
    else:
        world.now += OVERDUE + timedelta(seconds=1)
        (handed,) = WatchRecordings(world.recordings, world.workflows, world.clock)()
        assert world.fetch(handed.id, handed.part, 900.0).done
    assert (world.store.objects, world.recordings.rows[kept.id].next_at) == ({}, None)


def dying(_: str) -> None:
    raise Crash


def test_deleting_what_changed_meanwhile_is_told(world: World) -> None:
    """Whoever deletes looks again."""
    world.recordings.add(a_recording(state=RecordingState.AVAILABLE))
    with pytest.raises(Conflict):
        DeleteRecording(world.recordings, world.store, world.clock)(a_recording())


def test_another_accounts_recording_is_not_found(world: World) -> None:
    """By its id neither."""
    world.recordings.add(a_recording())
    with pytest.raises(NotFound):
        find_recording(a_recording().id, ["other"], world.recordings)
    assert replace(a_recording()) == find_recording(a_recording().id, ["acme"], world.recordings)
