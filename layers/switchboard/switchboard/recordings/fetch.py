"""One attempt at a recording, and when to make the next."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.calls.model import Kind
from switchboard.calls.news import news
from switchboard.calls.ports import EventQueue
from switchboard.recordings.copy import Copy
from switchboard.recordings.model import Audio, Recording, RecordingState
from switchboard.recordings.ports import Never, NotYet, Opener, Operations, Recordings, Store

BUSY = 30  # seconds until one looks again whether another worker has done it
GRACE = timedelta(hours=2)  # for attempts that were late
FAILED = "recording.failed"


@dataclass(frozen=True, slots=True)
class Next:
    """What the workflow does: nothing more, or another turn after `wait` seconds."""

    done: bool
    wait: int = 0


OVER = Next(done=True)


class Retention(Protocol):
    """Days that an account's recordings are kept."""

    def __call__(self, account: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """Seconds between attempts; their sum is how long a recording is waited for."""

    waits: tuple[float, ...]

    def wait(self, recording: Recording, now: datetime, asked: float | None) -> float | None:
        """Until the attempt after this one, longer where the source asks for it; None where there is none."""
        deadline = self._deadline(recording)
        if recording.attempts > len(self.waits) or now >= deadline:
            return None
        planned = max(self.waits[recording.attempts - 1], asked or 0.0)
        return min(planned, (deadline - now).total_seconds())

    def is_over(self, recording: Recording, now: datetime) -> bool:
        """Whether it is long past the last attempt's time: workers that fail are no reason to try for ever."""
        return now > self._deadline(recording) + GRACE

    def _deadline(self, recording: Recording) -> datetime:
        return recording.since + timedelta(seconds=sum(self.waits))


@dataclass(frozen=True, slots=True)
class FetchRecording:
    """A turn of the workflow. Taking it again, or twice at once, stores once and tells the same news.

    `openers` read references by their schemes.
    """

    recordings: Recordings
    store: Store
    copy: Copy
    openers: Mapping[str, Opener]
    retention: Retention
    schedule: Schedule
    queue: EventQueue
    operations: Operations
    clock: Callable[[], datetime]

    def __call__(self, recording_id: str, part: int, lease: float) -> Next:
        """Try once, with `lease` seconds for it."""
        recording = self.recordings.get(recording_id)
        if recording is None or recording.part != part:
            return OVER
        if recording.state is not RecordingState.EXPECTED:
            return self._tell(recording)
        now = self.clock()
        if not self.recordings.lease(recording, now, now + timedelta(seconds=lease)):
            return Next(done=False, wait=BUSY)
        try:
            return self._attempt(replace(recording, attempts=recording.attempts + 1))
        except BaseException:
            self.recordings.save(recording, recording)  # for the lease: whoever tries again finds it free
            raise

    def _attempt(self, recording: Recording) -> Next:
        if self.schedule.is_over(recording, self.clock()):
            return self._end(recording, recording.reason or "out_of_time")
        days = self.retention(recording.account)
        try:
            with self._opener(recording).open(recording) as origin:
                audio = self.copy(origin, recording.key, days)
        except NotYet as error:
            return self._later(recording, error)
        except Never as error:
            return self._end(recording, error.reason)
        return self._stored(recording, audio, days)

    def _opener(self, recording: Recording) -> Opener:
        scheme, colon, _ = recording.reference.partition(":")
        if not colon:
            raise Never("not_an_address")  # an id of the vendor's, whose API to read it by is not known
        opener = self.openers.get(scheme.lower())
        if opener is None:
            raise Never("unknown_scheme")
        return opener

    def _later(self, recording: Recording, error: NotYet) -> Next:
        now = self.clock()
        wait = self.schedule.wait(recording, now, error.retry_after)
        if wait is None:
            return self._end(recording, error.reason)
        waiting = replace(recording, reason=error.reason, next_at=now + timedelta(seconds=wait))
        return Next(done=False, wait=math.ceil(wait)) if self.recordings.save(recording, waiting) else OVER

    def _stored(self, recording: Recording, audio: Audio, days: int) -> Next:
        if audio.duration is None:
            audio = replace(audio, duration=recording.talk_duration)
        kept = replace(
            recording, state=RecordingState.AVAILABLE, audio=audio, days=days, reason="", finished_at=self.clock()
        )
        if not self.recordings.save(recording, kept):
            return self._superseded(recording)
        return self._tell(kept)

    def _superseded(self, recording: Recording) -> Next:
        """Deleted while it was fetched, or handed to another part: what is deleted must not be there."""
        now_kept = self.recordings.get(recording.id)
        if now_kept is None or now_kept.state is RecordingState.DELETED:
            self.store.remove(recording.key)
        return OVER

    def _end(self, recording: Recording, reason: str) -> Next:
        dead = replace(recording, state=RecordingState.DEAD, reason=reason, finished_at=self.clock())
        return self._tell(dead) if self.recordings.save(recording, dead) else OVER

    def _tell(self, recording: Recording) -> Next:
        """The end is told after it is written, and again by whoever finds it untold."""
        if recording.next_at is None:
            return OVER
        at = recording.finished_at or recording.since
        key = f"{recording.media}#{recording.generation}"
        of = (recording.account, recording.call_id)
        if recording.state is RecordingState.AVAILABLE and recording.audio is not None:
            details = {"media": recording.media.value, **_audio_details(recording.audio)}
            self.queue.send(news(Kind.RECORDING_AVAILABLE, of, key, at, details))
        elif recording.state is RecordingState.DEAD:
            details = {"media": recording.media.value, "reason": recording.reason}
            self.queue.send(news(Kind.RECORDING_FAILED, of, key, at, details))
            self.operations.tell(FAILED, _ids(recording))
        self.recordings.save(recording, replace(recording, next_at=None))
        return OVER


def _audio_details(audio: Audio) -> dict[str, object]:
    return {
        "content_type": audio.content_type,
        "bytes": audio.size,
        "sha256": audio.sha256,
        "duration": audio.duration,
    }


def _ids(recording: Recording) -> dict[str, object]:
    return {
        "account": recording.account,
        "call_id": recording.call_id,
        "recording_id": recording.id,
        "media": recording.media.value,
        "reason": recording.reason,
    }
