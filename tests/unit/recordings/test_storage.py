"""The storage of an account: bounded, counted when a file is stored, and given back when it is deleted."""

from dataclasses import replace
from datetime import timedelta

from switchboard.accounts.terms.storage import AccountStorage
from switchboard.recordings.manage import DeleteRecording, RetryRecording
from switchboard.recordings.model import RecordingState
from tests.fakes.source_activity import MemorySpending
from tests.support.builders import a_recording
from tests.unit.recordings.world import AUDIO, World


def test_a_full_account_stores_no_further_recording_until_there_is_room() -> None:
    """The attempts follow the schedule, and a deletion makes room. A file that is fetched again counts once."""
    world = World()
    world.storage = AccountStorage(MemorySpending(), lambda _: len(AUDIO), world.clock)
    for call in ("call-1", "call-2"):
        world.recordings.add(a_recording(call))
    first, second = world.recordings.rows
    assert world.fetch(first, 0, 60).done
    assert (world.fetch(second, 0, 60).wait, world.recordings.rows[second].reason) == (15, "storage_full")
    world.recordings.rows[second] = replace(world.recordings.rows[second], leased_until=None)
    again = RetryRecording(world.recordings, world.workflows, world.clock)(world.recordings.rows[first])
    DeleteRecording(world.recordings, world.store, world.clock, world.storage)(world.recordings.rows[first])
    assert again.part
    assert world.storage.is_full("acme")  # an expected file is fetched anew, and its bytes count until their last day
    world.now += timedelta(days=91)
    assert not world.storage.is_full("acme")


def test_deleted_bytes_count_no_longer() -> None:
    """The next attempt of the other recording finds room."""
    world = World()
    world.storage = AccountStorage(MemorySpending(), lambda _: len(AUDIO), world.clock)
    for call in ("call-1", "call-2"):
        world.recordings.add(a_recording(call))
    first, second = world.recordings.rows
    world.fetch(first, 0, 60)
    world.fetch(second, 0, 60)
    DeleteRecording(world.recordings, world.store, world.clock, world.storage)(world.recordings.rows[first])
    assert world.fetch(second, 0, 60).done
    assert world.recordings.rows[second].state is RecordingState.AVAILABLE
