"""One attempt to fetch a recording, and the time of the next attempt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.accounts.ports import NEVER_SUSPENDED
from switchboard.calls.ports import EventQueue
from switchboard.kernel.call import Kind
from switchboard.kernel.news import news
from switchboard.recordings.copy import CopyToStore
from switchboard.recordings.model import CALLS_KEPT_DAYS, Recording, RecordingState, StoredAudio, scheme_of
from switchboard.recordings.ports import (
    ENDLESS,
    FetchWorkflows,
    NeverAvailable,
    NotYetAvailable,
    OperatorLog,
    RecordingOpener,
    Recordings,
    RecordingStore,
    Storage,
)
from switchboard.turns import DONE, TurnResult

SUSPENDED = 300  # seconds until the next look at a recording of a suspended account
BUSY = 30  # seconds until the next look, while another worker holds the lease
GRACE = timedelta(hours=2)  # for late attempts
SETTLED = timedelta(minutes=15)  # an incomplete file that nothing better follows for so long is final
FAILED = "recording.failed"


class Retention(Protocol):
    """Return the days that an account's recordings are kept."""

    def __call__(self, account: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds between attempts. Their sum is the time after which a recording is given up.

    `time_suspended` tells how long an account was suspended since a time: this time does not count.
    """

    waits: tuple[float, ...]
    time_suspended: Callable[[str, datetime], timedelta] = NEVER_SUSPENDED.time_suspended

    def wait(self, recording: Recording, now: datetime, asked: float | None) -> float | None:
        """Return seconds until the next attempt, at least `asked` (Retry-After); None after the last attempt."""
        deadline = self._deadline(recording)
        if recording.attempts > len(self.waits) or now >= deadline:
            return None
        planned = max(self.waits[recording.attempts - 1], asked or 0.0)
        return min(planned, (deadline - now).total_seconds())

    def is_over(self, recording: Recording, now: datetime) -> bool:
        """Whether the last attempt is over two hours late: failing workers must not keep a recording alive for ever."""
        return now > self._deadline(recording) + GRACE

    def _deadline(self, recording: Recording) -> datetime:
        suspended = self.time_suspended(recording.account, recording.since)
        return recording.since + timedelta(seconds=sum(self.waits)) + suspended


@dataclass(frozen=True, slots=True)
class FetchRecording:
    """A turn of the workflow. A repeated or concurrent turn stores the file once and sends the same event ids.

    `openers` maps the scheme of a reference to its reader.
    """

    recordings: Recordings
    workflows: FetchWorkflows
    store: RecordingStore
    copy: CopyToStore
    openers: Mapping[str, RecordingOpener]
    retention: Retention
    schedule: Schedule
    queue: EventQueue
    operations: OperatorLog
    clock: Callable[[], datetime]
    is_suspended: Callable[[str], bool] = NEVER_SUSPENDED.is_suspended
    storage: Storage = ENDLESS

    def __call__(self, recording_id: str, part: int, lease: float) -> TurnResult:
        """Make one attempt. `lease` is seconds during which no other worker may fetch the recording.

        No attempt is made for a suspended account, and the time does not count for the schedule.
        """
        recording = self.recordings.get(recording_id)
        if recording is None or recording.part != part:
            return DONE
        if recording.state is RecordingState.DELETED:
            return self._sweep(recording)
        if recording.state is not RecordingState.EXPECTED:
            return self._tell(recording)
        now = self.clock()
        if self.is_suspended(recording.account):
            self.recordings.save(recording, replace(recording, next_at=now + timedelta(seconds=SUSPENDED)))
            return TurnResult(done=False, wait=SUSPENDED)
        held = _taken(recording, now + timedelta(seconds=lease))
        if recording.is_leased(now) or not self.recordings.save(recording, held):
            return TurnResult(done=False, wait=BUSY)
        try:
            return self._attempt(held)
        except BaseException:
            # A failure of the hub does not count as an attempt; the lease is released for the next turn.
            self._give_back(held, replace(held, attempts=recording.attempts))
            raise

    def hand_on(self, recording_id: str, part: int, wait: float) -> None:
        """Have a newer part fetch the recording, its first turn after `wait` seconds.

        If the worker dies before the part is started, the watch starts another.
        """
        recording = self.recordings.get(recording_id)
        if recording is None or recording.part >= part:
            return
        newer = replace(recording, part=part)
        if self.recordings.save(recording, newer):
            self.workflows.fetch(newer, wait)

    def _attempt(self, recording: Recording) -> TurnResult:
        if self.schedule.is_over(recording, self.clock()):
            return self._end(recording, recording.reason or "out_of_time")
        if self.storage.is_full(recording.account):
            return self._later(recording, NotYetAvailable("storage_full"))
        days = self.retention(recording.account)
        try:
            with self._opener(recording).open(recording) as origin:
                audio = self.copy(origin, recording.key, days, recording.talk_duration, recording.audio)
        except NotYetAvailable as error:
            return self._later(recording, error)
        except NeverAvailable as error:
            return self._end(recording, error.reason)
        is_new = audio != recording.audio
        at = self.clock() if is_new else recording.audio_at
        held = replace(recording, audio=audio, audio_at=at, days=days if is_new else recording.days)
        if audio.incomplete and not self._is_settled(held):
            return self._later(held, NotYetAvailable("incomplete"), before=recording)
        return self._stored(recording, held)

    def _is_settled(self, recording: Recording) -> bool:
        return recording.audio_at is not None and self.clock() - recording.audio_at >= SETTLED

    def _opener(self, recording: Recording) -> RecordingOpener:
        scheme = scheme_of(recording.reference)
        if not scheme:
            raise NeverAvailable("not_an_address")  # a bare id: no API to read the file from is known
        opener = self.openers.get(scheme)
        if opener is None:
            raise NeverAvailable("unknown_scheme")
        return opener

    def _later(self, recording: Recording, error: NotYetAvailable, before: Recording | None = None) -> TurnResult:
        """Wait for the next attempt, or end. `before` is the row as it is stored, if `recording` differs from it."""
        now, stored = self.clock(), before or recording
        wait = self.schedule.wait(recording, now, error.retry_after)
        if wait is None:
            return self._end(recording, error.reason)
        waiting = replace(recording, reason=error.reason, next_at=now + timedelta(seconds=wait))
        if not self._give_back(stored, waiting):
            return self._superseded(stored)
        return TurnResult(done=False, wait=wait)

    def _stored(self, before: Recording, held: Recording) -> TurnResult:
        kept = replace(held, state=RecordingState.AVAILABLE, reason="", finished_at=self.clock())
        return self._ended(before, kept)

    def _end(self, recording: Recording, reason: str) -> TurnResult:
        """End without another file: available with the best file so far, or dead."""
        state = RecordingState.AVAILABLE if recording.audio else RecordingState.DEAD
        ended = replace(recording, state=state, reason=reason, finished_at=self.clock())
        return self._ended(recording, ended)

    def _ended(self, recording: Recording, ended: Recording) -> TurnResult:
        if not self._give_back(recording, ended):
            return self._superseded(recording)
        if ended.audio and ended.kept_until:  # a file of this fetch, not of an earlier one
            self.storage.add(ended.account, ended.audio.size, ended.kept_until)
        return self._tell(ended)

    def _give_back(self, held: Recording, after: Recording) -> bool:
        return self.recordings.save(held, replace(after, leased_until=None))

    def _superseded(self, held: Recording) -> TurnResult:
        """Clean up after a row that was deleted, or handed to another part, during the fetch."""
        found = self.recordings.get(held.id)
        if found is None:
            self.store.remove(held.key)
        elif found.state is RecordingState.DELETED:
            return self._sweep(replace(found, leased_until=None))  # this worker held the lease
        return DONE

    def _sweep(self, deleted: Recording) -> TurnResult:
        """Remove the bytes. Repeat while another worker holds a lease: it may store the bytes and die."""
        busy = deleted.is_leased(self.clock())
        self.store.remove(deleted.key)
        if busy:
            return TurnResult(done=False, wait=BUSY)
        if deleted.next_at is not None:
            self.recordings.save(deleted, replace(deleted, next_at=None))
        return DONE

    def _tell(self, recording: Recording) -> TurnResult:
        """Send the final event after the row is written; a later turn sends the event if this turn is cut off."""
        if recording.next_at is None:
            return DONE
        at = recording.finished_at or recording.since
        key = f"{recording.media}#{recording.generation}"
        of = (recording.account, recording.call_id)
        if recording.state is RecordingState.AVAILABLE and recording.audio is not None:
            details = {"media": recording.media.value, **_audio_details(recording.audio), **_long_life(recording)}
            self.queue.send(news(Kind.RECORDING_AVAILABLE, of, key, at, details))
        elif recording.state is RecordingState.DEAD:
            details = {"media": recording.media.value, "reason": recording.reason}
            self.queue.send(news(Kind.RECORDING_FAILED, of, key, at, details))
            self.operations.tell(FAILED, _ids(recording))
        self._give_back(recording, replace(recording, next_at=None))
        return DONE


def _taken(recording: Recording, until: datetime) -> Recording:
    """Return the recording leased to this worker. Counting the attempt first limits attempts that kill their worker."""
    return replace(recording, attempts=recording.attempts + 1, lease=recording.lease + 1, leased_until=until)


def _audio_details(audio: StoredAudio) -> dict[str, object]:
    return {
        "content_type": audio.content_type,
        "bytes": audio.size,
        "sha256": audio.sha256,
        "duration": audio.duration,
        **({"incomplete": True} if audio.incomplete else {}),
    }


def _long_life(recording: Recording) -> dict[str, int]:
    """Return the days of a recording that is kept for longer than calls: the call must be kept as long."""
    return {"days": recording.days} if recording.days > CALLS_KEPT_DAYS else {}


def _ids(recording: Recording) -> dict[str, object]:
    return {
        "account": recording.account,
        "call_id": recording.call_id,
        "recording_id": recording.id,
        "media": recording.media.value,
        "reason": recording.reason,
    }
