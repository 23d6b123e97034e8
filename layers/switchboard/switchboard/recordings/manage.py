"""The operators' use cases: find, list, retry and delete recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.errors import Conflict, NotFound
from switchboard.paging import across
from switchboard.recordings.model import Media, Recording, RecordingState, recording_id
from switchboard.recordings.ports import ENDLESS, FetchWorkflows, Recordings, RecordingStore, Storage

GONE = "There is no such recording."
MOVED = "The recording was changed at the same time; try again."


def find_recording(recording_id_: str, accounts: list[str], recordings: Recordings) -> Recording:
    """Return a recording of one of these accounts. Raises NotFound, also for a deleted recording."""
    found = find_row(recording_id_, accounts, recordings)
    if found.state is RecordingState.DELETED:
        raise NotFound(GONE, "recording")
    return found


def find_row(recording_id_: str, accounts: list[str], recordings: Recordings) -> Recording:
    """Return a recording of one of these accounts, deleted or not. Raises NotFound."""
    found = recordings.get(recording_id_)
    if found is None or found.account not in accounts:
        raise NotFound(GONE, "recording")
    return found


def recordings_of_call(account: str, call_id: str, recordings: Recordings) -> list[Recording]:
    """Return a call's recordings in any state."""
    found = [recordings.get(recording_id(account, call_id, media)) for media in Media]
    return [recording for recording in found if recording is not None]


def list_recordings(
    accounts: list[str], state: RecordingState | None, limit: int, cursor: str | None, recordings: Recordings
) -> tuple[list[Recording], str | None]:
    """Return a page of recordings, newest first within an account, and the cursor of the next page."""
    return across(accounts, limit, cursor, lambda account, left, at: recordings.listed(account, state, left, at))


@dataclass(frozen=True, slots=True)
class RetryRecording:
    """Starts the whole schedule of attempts again, for a dead recording or for one that may be incomplete."""

    recordings: Recordings
    workflows: FetchWorkflows
    clock: Callable[[], datetime]

    def __call__(self, recording: Recording) -> Recording:
        """Return the recording, expected again. The stored file is served until a better file comes.

        Raises Conflict while the recording is expected already.
        """
        if recording.state not in (RecordingState.DEAD, RecordingState.AVAILABLE):
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
            audio_at=None,
        )
        if not self.recordings.save(recording, again):
            raise Conflict(MOVED, "recording")
        self.workflows.fetch(again, 0.0)
        return again


@dataclass(frozen=True, slots=True)
class DeleteRecording:
    """Deletes the bytes; the row stays, in state `deleted`. A repeat completes an interrupted deletion."""

    recordings: Recordings
    store: RecordingStore
    clock: Callable[[], datetime]
    storage: Storage = ENDLESS

    def __call__(self, recording: Recording) -> None:
        """Mark the row, then remove the bytes. Raises Conflict if the row changed at the same time.

        From then on the file is not served, and a running attempt removes the file that it stores. `next_at` stays set,
        so the watch repeats the removal, until the bytes are gone and no worker holds a lease.
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
        if recording.audio and recording.kept_until:
            self.storage.add(recording.account, -recording.audio.size, recording.kept_until)
        return gone
