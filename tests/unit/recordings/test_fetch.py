"""One attempt at a recording after the other, and what is told of the end."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from switchboard.errors import Conflict
from switchboard.kernel.call import Kind
from switchboard.recordings.fetch import BUSY
from switchboard.recordings.generated import GeneratedRecordings
from switchboard.recordings.manage import DeleteRecording, RetryRecording
from switchboard.recordings.model import Recording, RecordingState
from switchboard.recordings.ports import NeverAvailable, NotYetAvailable, SourceFile
from switchboard.turns import TurnResult
from tests.fakes.queues import MemoryEventQueue
from tests.support.audio import mp3_of, wav_of
from tests.support.builders import NOON, a_recording
from tests.unit.recordings.world import AUDIO, Crash, World

ID = a_recording().id


@pytest.fixture
def world() -> World:
    found = World()
    found.recordings.add(a_recording(talk_duration=7))
    return found


def row(world: World) -> Recording:
    return world.recordings.rows[ID]


def turn(world: World, part: int = 0) -> TurnResult:
    return world.fetch(ID, part, 900.0)


def test_what_is_there_is_stored_and_told(world: World) -> None:
    """Bytes, row and news say the same."""
    assert turn(world).done
    assert world.store.objects == {f"acme/{ID}": AUDIO}
    (event,) = world.queue.sent
    assert (event.kind, event.call_id, event.account) == (Kind.RECORDING_AVAILABLE, "call-1", "acme")
    assert event.raw["bytes"] == len(AUDIO)
    assert event.raw["duration"] == 12
    assert (row(world).state, row(world).days, row(world).next_at) == (RecordingState.AVAILABLE, 90, None)


def test_waits_follow_the_schedule(world: World) -> None:
    """And when it is over there is an end."""
    world.source.says = NotYetAvailable("status_404")
    waits = []
    while not (following := turn(world)).done:
        waits.append(following.wait)
        world.now += timedelta(seconds=following.wait)
    assert waits == [15, 30, 60]
    assert (row(world).state, row(world).reason) == (RecordingState.DEAD, "status_404")
    assert world.queue.sent[0].kind is Kind.RECORDING_FAILED
    assert world.operations.names() == ["recording.failed"]


def test_a_longer_wait_is_granted(world: World) -> None:
    """As long as it ends before the schedule does."""
    world.source.says = NotYetAvailable("status_404", 40.0)
    assert turn(world).wait == 40
    world.now += timedelta(seconds=40)
    world.source.says = NotYetAvailable("status_404", 1000.0)
    assert turn(world).wait == 65


def test_what_can_never_be_had_is_given_up_at_once(world: World) -> None:
    """With its reason."""
    world.source.says = NeverAvailable("too_large")
    assert turn(world).done
    assert (row(world).state, row(world).reason) == (RecordingState.DEAD, "too_large")


@pytest.mark.parametrize(("reference", "reason"), [("8", "not_an_address"), ("ftp://pbx.example/1", "unknown_scheme")])
def test_a_reference_that_nobody_reads_is_dead(world: World, reference: str, reason: str) -> None:
    """A vendor's own id, or an address of an unknown kind."""
    world.recordings.rows[ID] = a_recording(reference=reference)
    assert turn(world).done
    assert row(world).reason == reason
    assert world.source.opened == 0


def test_other_schemes_have_their_own_readers(world: World) -> None:
    """Telephony in the bundle has recordings that are at no address."""
    world.recordings.rows[ID] = a_recording(reference="simulator:12")
    assert turn(world).done
    assert row(world).state is RecordingState.AVAILABLE


def test_telephony_without_recordings_makes_them(world: World) -> None:
    """As long as the talk."""
    made = GeneratedRecordings("simulator", lambda seconds: [mp3_of(seconds)])
    with made.open(a_recording(source="simulator", talk_duration=7)) as origin:
        assert b"".join(origin.chunks) == mp3_of(7)


def test_made_recordings_are_their_own_telephonys(world: World) -> None:
    """A source that names one has it as little as one of an unknown scheme."""
    made = GeneratedRecordings("simulator", lambda seconds: [mp3_of(seconds)])
    with pytest.raises(NeverAvailable, match="unknown_scheme"), made.open(a_recording(source="s-office")):
        pass


def test_where_the_bytes_do_not_tell_the_call_does(world: World) -> None:
    """How long it lasted."""
    world.source.says = b"#!AMR\n" + bytes(100)
    turn(world)
    found = row(world).audio
    assert found is not None
    assert found.duration == 7


def test_two_at_once_store_once(world: World) -> None:
    """The second is told to look again."""
    world.recordings.rows[ID] = a_recording(lease=1, leased_until=NOON + timedelta(seconds=900))
    assert turn(world) == TurnResult(done=False, wait=BUSY)
    assert world.source.opened == 0


@pytest.mark.parametrize("part", [1, 2])
def test_a_turn_of_another_part_does_nothing(world: World, part: int) -> None:
    """The watch has handed the recording on."""
    assert turn(world, part).done
    assert world.source.opened == 0


def test_a_recording_goes_on_in_another_part(world: World) -> None:
    """The newer part is started once and fetches; the older part does nothing any more."""
    for _ in range(2):
        world.fetch.hand_on(ID, 1, 15.0)
    assert [(one.part, wait) for one, wait in world.workflows.started] == [(1, 15.0)]
    assert turn(world).done
    assert world.source.opened == 0
    turn(world, 1)
    assert world.source.opened == 1


def test_a_recording_that_is_not_there_is_over(world: World) -> None:
    """Its row ran out of time."""
    world.recordings.rows.clear()
    assert turn(world).done


def test_a_worker_that_dies_leaves_nothing_behind(world: World) -> None:
    """The next turn finds the lease free, and the attempt uncounted."""
    world.source.says = Crash()
    with pytest.raises(Crash):
        turn(world)
    world.source.says = AUDIO
    assert turn(world).done
    assert row(world).attempts == 1


def test_an_attempt_is_counted_before_it_is_made(world: World) -> None:
    """One that kills its worker is an attempt too, and the next has to wait until that worker is dead for sure."""
    seen: list[Recording] = []

    def begin(*_: object) -> None:
        seen.append(row(world))
        raise Crash

    world.store.begin = begin  # type: ignore[method-assign,assignment]
    with pytest.raises(Crash):
        turn(world)
    assert (seen[0].attempts, seen[0].leased_until) == (1, NOON + timedelta(seconds=900))


def test_what_is_stored_and_untold_is_told_by_the_next(world: World) -> None:
    """The same news, and no second download."""
    turn(world)
    (first,) = world.queue.sent
    world.recordings.rows[ID] = replace(row(world), next_at=NOON)
    world.now += timedelta(hours=1)
    world.queue = MemoryEventQueue()
    assert turn(world).done
    (second,) = world.queue.sent
    assert (first.id, first.at) == (second.id, second.at)
    assert world.source.opened == 1


def test_what_has_been_told_is_not_told_again(world: World) -> None:
    """Taking the last turn twice changes nothing."""
    turn(world)
    turn(world)
    assert len(world.queue.sent) == 1


def test_a_recording_deleted_meanwhile_is_not_stored(world: World) -> None:
    """What was fetched in vain is thrown away."""
    begin = world.store.begin

    def deleting(key: str, content_type: str, days: int) -> object:
        world.recordings.rows[ID] = replace(row(world), state=RecordingState.DELETED, next_at=None)
        return begin(key, content_type, days)

    world.store.begin = deleting  # type: ignore[method-assign,assignment]
    assert turn(world).done
    assert (world.store.objects, world.queue.sent) == ({}, [])
    assert row(world).state is RecordingState.DELETED


def test_bytes_of_what_was_deleted_are_swept_by_the_next_turn(world: World) -> None:
    """Its worker stored it and died: again and again until that worker's lease is over."""
    world.recordings.rows[ID] = a_recording(
        state=RecordingState.DELETED, lease=1, leased_until=NOON + timedelta(seconds=900)
    )
    for expected, next_at in ((TurnResult(done=False, wait=BUSY), NOON), (TurnResult(done=True), None)):
        world.store.objects[row(world).key] = AUDIO
        assert turn(world) == expected
        assert (world.store.objects, row(world).next_at) == ({}, next_at)
        world.now += timedelta(seconds=900)


@pytest.mark.parametrize("says", [AUDIO, NotYetAvailable("status_404"), NeverAvailable("too_large")])
def test_a_deletion_is_over_with_the_attempt_that_was_under_way(world: World, says: bytes | BaseException) -> None:
    """Whatever came of it, nobody need look again."""
    world.source.says = says
    opening = world.source.open

    def deleting(recording: Recording) -> AbstractContextManager[SourceFile]:
        DeleteRecording(world.recordings, world.store, world.clock)(row(world))
        assert row(world).next_at == NOON
        return opening(recording)

    fetch = replace(world.fetch, openers={"https": SimpleNamespace(open=deleting)})
    assert fetch(ID, 0, 900.0).done
    assert (world.store.objects, row(world).state, row(world).next_at) == ({}, RecordingState.DELETED, None)


TALK = wav_of(20)
HALF, QUARTER = TALK[: len(TALK) // 2], TALK[: len(TALK) // 4]


def expecting(world: World, talk: int | None = 20) -> None:
    world.recordings.rows[ID] = a_recording(talk_duration=talk)


def looks(world: World, *files: bytes) -> list[TurnResult]:
    """Turns at the times of the schedule, the last file again and again."""
    found = []
    for file in files:
        world.source.says = file
        found.append(turn(world))
        world.now += timedelta(seconds=found[-1].wait)
    return found


def test_a_header_without_sound_is_no_recording_yet(world: World) -> None:
    """Though it says how long the sound will be."""
    expecting(world)
    first, second, third = looks(world, TALK[:44], TALK[:44], TALK)
    assert (first.wait, second.wait, third.done) == (15, 30, True)
    found = row(world).audio
    assert found
    assert (found.duration, found.incomplete) == (20, False)


def test_a_file_that_is_shorter_than_it_says_is_looked_at_again(world: World) -> None:
    """Meanwhile the best is kept and shown, with the length that is there; a worse one replaces nothing."""
    expecting(world)
    for file in (HALF, QUARTER):
        assert not looks(world, file)[0].done
        found = row(world)
        assert found.audio
        assert (found.state, found.reason) == (RecordingState.EXPECTED, "incomplete")
        assert (found.audio.duration, found.audio.incomplete) == (10, True)
        assert world.store.objects[found.key] == HALF
    assert looks(world, TALK)[0].done
    assert world.store.objects[row(world).key] == TALK
    (event,) = world.queue.sent
    assert (event.raw["duration"], "incomplete" in event.raw) == (20, False)


def test_what_stays_incomplete_is_kept_and_marked(world: World) -> None:
    """At the end of the schedule, or when the source fails in the end."""
    for last in (HALF, NotYetAvailable("status_404"), NeverAvailable("status_410")):
        world = World()
        expecting(world)
        looks(world, HALF, HALF, HALF)
        world.source.says = last
        assert turn(world).done
        found = row(world)
        assert found.audio
        assert (found.state, found.audio.duration, found.audio.incomplete) == (RecordingState.AVAILABLE, 10, True)
        (event,) = world.queue.sent
        assert (event.kind, event.raw["incomplete"]) == (Kind.RECORDING_AVAILABLE, True)


def test_a_file_that_has_not_changed_for_long_is_final(world: World) -> None:
    """Nobody waits a day for a call of which a part was recorded."""
    world.schedule = (60.0,) * 100
    expecting(world)
    assert [one.done for one in looks(world, *[HALF] * 16)] == [False] * 15 + [True]


@pytest.mark.parametrize(("file", "talk"), [(mp3_of(0.05), 12), (mp3_of(12), 20), (wav_of(30), 60)])
def test_a_file_far_shorter_than_the_talk_is_looked_at_again(world: World, file: bytes, talk: int) -> None:
    """Whatever its header says."""
    expecting(world, talk)
    assert not looks(world, file)[0].done


@pytest.mark.parametrize(("file", "talk"), [(mp3_of(10), 12), (wav_of(18), 20), (wav_of(2), 4), (wav_of(9), None)])
def test_a_file_a_little_shorter_than_the_talk_is_all_of_it(world: World, file: bytes, talk: int | None) -> None:
    """A recording begins late, and talks are rounded."""
    expecting(world, talk)
    assert looks(world, file)[0].done


def test_a_retry_keeps_the_file_until_a_better_one_comes(world: World) -> None:
    """Of an available recording too."""
    expecting(world)
    looks(world, HALF, HALF, HALF, HALF)
    retry = RetryRecording(world.recordings, world.workflows, world.clock)
    again = retry(row(world))
    assert (again.state, again.audio) == (RecordingState.EXPECTED, row(world).audio)
    with pytest.raises(Conflict):
        retry(row(world))
    world.source.says = TALK
    assert turn(world, again.part).done
    assert world.store.objects[row(world).key] == TALK
    assert [event.raw["duration"] for event in world.queue.sent] == [10, 20]


def test_workers_that_keep_failing_do_not_try_for_ever(world: World) -> None:
    """Long after the last attempt's time it is given up."""
    world.source.says = Crash()
    world.now += timedelta(hours=3)
    assert turn(world).done
    assert (row(world).state, row(world).reason) == (RecordingState.DEAD, "out_of_time")


def test_a_retry_tells_its_own_end(world: World) -> None:
    """The news of another generation is another."""
    world.source.says = NeverAvailable("too_large")
    turn(world)
    world.recordings.rows[ID] = a_recording(generation=1)
    turn(world)
    assert len({event.id for event in world.queue.sent}) == 2
