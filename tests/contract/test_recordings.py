"""Port Recordings."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from switchboard.aws.recordings_table import RecordingsTable
from switchboard.errors import Invalid
from switchboard.recordings.model import RecordingState, StoredAudio
from switchboard.recordings.ports import Recordings
from tests.fakes.recordings import MemoryRecordings
from tests.support.builders import NOON, a_recording
from tests.support.stack import Stack
from tests.support.threads import at_once

LATER = NOON + timedelta(minutes=15)
AUDIO = StoredAudio("audio/mpeg", 4096, "ab" * 32, 12)


@pytest.fixture
def recordings(request: pytest.FixtureRequest, kind: str) -> Recordings:
    if kind == "memory":
        return MemoryRecordings()
    stack: Stack = request.getfixturevalue("stack")
    return RecordingsTable(stack.dynamodb, stack.table("RecordingsTable"))


def test_a_new_recording_is_kept_whole(recordings: Recordings) -> None:
    """Every field of it."""
    new = a_recording(talk_duration=12, reason="x", part=3, generation=2, attempts=1, lease=4, leased_until=LATER)
    assert recordings.add(new)
    assert recordings.get(new.id) == new


def test_a_second_one_of_the_same_call_changes_nothing(recordings: Recordings) -> None:
    """The first stays."""
    recordings.add(a_recording())
    assert not recordings.add(a_recording(reference="https://pbx.example/2.mp3"))
    kept = recordings.get(a_recording().id)
    assert kept == a_recording()


def test_a_recordings_call_is_found_by_a_number(recordings: Recordings) -> None:
    """In its own account, for the first that had it."""
    recordings.number(a_recording("call-1"), 17)
    recordings.number(a_recording("call-2"), 17)
    assert [recordings.call_of(*one) for one in (("acme", "17"), ("other", "17"), ("acme", "18"))] == [
        "call-1",
        None,
        None,
    ]
    assert recordings.call_of("acme", "x" * 3000) is None


@pytest.mark.parametrize("id_", ["", "nothing", "x" * 3000])
def test_what_was_never_added_is_not_there(recordings: Recordings, id_: str) -> None:
    """However long its id is."""
    assert recordings.get(id_) is None


def test_of_several_at_once_one_gets_the_lease(recordings: Recordings) -> None:
    """And no two."""
    recordings.add(a_recording())
    ends = at_once([partial(recordings.save, a_recording(), a_recording(lease=1, leased_until=LATER))] * 4)
    assert sorted(map(bool, ends)) == [False, False, False, True]


@pytest.mark.parametrize(
    "other",
    [
        a_recording(part=1),
        a_recording(generation=1),
        a_recording(state=RecordingState.DELETED),
        a_recording(lease=1),
        a_recording("call-2"),
    ],
    ids=["part", "generation", "state", "lease", "not there"],
)
def test_what_is_no_longer_as_it_was_is_not_written(recordings: Recordings, other: object) -> None:
    """By a worker whose lease is over least of all."""
    before = a_recording()
    if other != a_recording("call-2"):
        recordings.add(other)  # type: ignore[arg-type]
    assert not recordings.save(before, replace(before, attempts=9))
    kept = recordings.get(before.id)
    assert kept is None or kept.attempts == 0


def test_an_available_one_is_kept_with_what_is_known_of_it(recordings: Recordings) -> None:
    """Its type, size, digest and duration."""
    recordings.add(a_recording())
    done = a_recording(state=RecordingState.AVAILABLE, audio=AUDIO, days=90, next_at=None, finished_at=LATER)
    assert recordings.save(a_recording(), done)
    assert recordings.get(done.id) == done


def test_what_is_waited_for_is_overdue_in_time(recordings: Recordings) -> None:
    """Of all accounts; what has been told of is not waited for any more."""
    recordings.add(a_recording())
    recordings.add(a_recording(account="other", next_at=LATER))
    recordings.add(a_recording("call-3", next_at=None))
    assert recordings.overdue(NOON) == []
    assert recordings.overdue(LATER) == [a_recording()]
    assert len(recordings.overdue(LATER + timedelta(seconds=1))) == 2


def test_a_list_is_of_one_account_newest_first(recordings: Recordings) -> None:
    """A page at a time, by state where one is asked for."""
    for number in range(3):
        recordings.add(a_recording(f"call-{number}", created_at=NOON + timedelta(seconds=number)))
    recordings.add(a_recording("call-9", state=RecordingState.DEAD))
    recordings.add(a_recording(account="other"))
    first, cursor = recordings.listed("acme", None, 2, None)
    rest, end = recordings.listed("acme", None, 10, cursor)
    assert [one.call_id for one in first] == ["call-2", "call-1"]
    assert sorted(one.call_id for one in rest) == ["call-0", "call-9"]
    assert end is None
    dead, _ = recordings.listed("acme", RecordingState.DEAD, 10, None)
    assert [one.call_id for one in dead] == ["call-9"]


def test_a_cursor_of_something_else_is_refused(recordings: Recordings) -> None:
    """It is no place in this list."""
    with pytest.raises(Invalid):
        recordings.listed("acme", None, 10, "bm9uc2Vuc2U=")


def test_a_row_lasts_as_long_as_its_bytes(stack: Stack) -> None:
    """From then on the table itself removes it; what has no bytes is kept as long as its call."""
    table = RecordingsTable(stack.dynamodb, stack.table("RecordingsTable"))
    table.add(a_recording())
    (row,) = stack.items("RecordingsTable")
    assert int(row["expires_at"]["N"]) == int((NOON + timedelta(days=400)).timestamp())
    table.save(a_recording(), a_recording(state=RecordingState.AVAILABLE, audio=AUDIO, days=90, finished_at=LATER))
    (row,) = stack.items("RecordingsTable")
    assert int(row["expires_at"]["N"]) == int((LATER + timedelta(days=90)).timestamp())
