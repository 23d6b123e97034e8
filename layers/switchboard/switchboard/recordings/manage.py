"""What operators do with recordings: look, fetch anew, delete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.errors import Conflict, NotFound
from switchboard.paging import across
from switchboard.recordings.model import Media, Recording, RecordingState, recording_id
from switchboard.recordings.ports import FetchWorkflows, Recordings, RecordingStore

GONE = "There is no such recording."
MOVED = "The recording is being changed already; try again."


def find_recording(recording_id_: str, accounts: list[str], recordings: Recordings) -> Recording:
    """A recording of one of these accounts; NotFound for one that was deleted, too."""
    found = find_row(recording_id_, accounts, recordings)
    if found.state is RecordingState.DELETED:
        raise NotFound(GONE, "recording")
    return found


def find_row(recording_id_: str, accounts: list[str], recordings: Recordings) -> Recording:
    """A recording of one of these accounts, even a deleted one."""
    found = recordings.get(recording_id_)
    if found is None or found.account not in accounts:
        raise NotFound(GONE, "recording")
    return found


def recordings_of_call(account: str, call_id: str, recordings: Recordings) -> list[Recording]:
    """What a call has or is to have, deleted ones among it."""
    found = [recordings.get(recording_id(account, call_id, media)) for media in Media]
    return [recording for recording in found if recording is not None]


def list_recordings(
    accounts: list[str], state: RecordingState | None, limit: int, cursor: str | None, recordings: Recordings
) -> tuple[list[Recording], str | None]:
    """Recordings newest first within an account, a page at a time."""
    return across(accounts, limit, cursor, lambda account, left, at: recordings.listed(account, state, left, at))


@dataclass(frozen=True, slots=True)
class RetryRecording:
    """Fetches a dead one anew, with the whole schedule before it."""

    recordings: Recordings
    workflows: FetchWorkflows
    clock: Callable[[], datetime]

    def __call__(self, recording: Recording) -> Recording:
        """The recording, expected again; Conflict unless it was dead."""
        if recording.state is not RecordingState.DEAD:
            raise Conflict(f"The recording is {recording.state}.", "recording")
        now = self.clock()
        again = replace(
            recording,
            state=RecordingState.EXPECTED,
            generation=recording.generation + 1,
            part=int(now.timestamp()),
            attempts=0,
            since=now,
            next_at=now,
            reason="",
            finished_at=None,
        )
        if not self.recordings.save(recording, again):
            raise Conflict(MOVED, "recording")
        self.workflows.fetch(again, 0.0)
        return again


@dataclass(frozen=True, slots=True)
class DeleteRecording:
    """Deletes the bytes; the row stays behind, and says so. Again, it deletes what a deletion that was cut off left."""

    recordings: Recordings
    store: RecordingStore
    clock: Callable[[], datetime]

    def __call__(self, recording: Recording) -> None:
        """The row first: from then on it is not served, and an attempt under way throws away what it fetched.

        The watch has it in sight until the bytes are gone, and no worker is there that may bring others.
        """
        now = self.clock()
        gone = recording if recording.state is RecordingState.DELETED else self._gone(recording, now)
        self.store.remove(gone.key)
        if gone.next_at is not None and not gone.is_leased(now):
            self.recordings.save(gone, replace(gone, next_at=None))

    def _gone(self, recording: Recording, now: datetime) -> Recording:
        gone = replace(recording, state=RecordingState.DELETED, audio=None, reference="", next_at=now, finished_at=now)
        if not self.recordings.save(recording, gone):
            raise Conflict(MOVED, "recording")
        return gone
