"""An event names a recording: insert a row for the recording and start the workflow that fetches the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from switchboard.calls.record_numbers import record_number
from switchboard.kernel.call import AppliedEvent, Kind
from switchboard.kernel.news import HUB
from switchboard.recordings.model import Media, Recording, RecordingState, recording_id, scheme_of
from switchboard.recordings.ports import FetchWorkflows, Recordings

LONGEST_REFERENCE = 2048


@dataclass(frozen=True, slots=True)
class ExpectRecording:
    """A follower of ApplyCallEvent. A repeated event starts the workflow again if no workflow has made an attempt.

    The row is written first. If the worker dies before the workflow starts, the event's repeat or the watch finds the
    row. `ready_after` gives the seconds between an event and the first attempt, by the scheme of the reference.
    """

    recordings: Recordings
    workflows: FetchWorkflows
    clock: Callable[[], datetime]
    ready_after: Mapping[str, float] = field(default_factory=dict)

    def __call__(self, applied: AppliedEvent) -> None:
        """Insert and fetch every recording that the event names."""
        for recording in self._named(applied):
            if recording.media is Media.RECORDING:
                self.recordings.number(recording, record_number(recording.account, recording.call_id))
            if self.recordings.add(recording):
                self.workflows.fetch(recording, self._wait(recording))
            else:
                self._again(recording)

    def _again(self, named: Recording) -> None:
        kept = self.recordings.get(named.id)
        if kept is None:
            return
        if kept.state is RecordingState.EXPECTED and not kept.attempts:
            self.workflows.fetch(kept, self._wait(kept))
        # A dead recording gets a new chance when a later event gives another reference.
        if kept.state is RecordingState.DEAD and kept.reference != named.reference:
            anew = replace(named, created_at=kept.created_at, generation=kept.generation + 1, part=_part(named.since))
            if self.recordings.save(kept, anew):
                self.workflows.fetch(anew, self._wait(anew))

    def _wait(self, recording: Recording) -> float:
        return self.ready_after.get(scheme_of(recording.reference), 0.0)

    def _named(self, applied: AppliedEvent) -> Iterator[Recording]:
        event, call = applied.event, applied.call
        if call is None or event.dialect == HUB:
            return
        if _is_reference(event.recording):
            yield self._new(applied, Media.RECORDING, event.recording)
        if event.kind is Kind.VOICEMAIL_LEFT and _is_reference(event.voicemail):
            yield self._new(applied, Media.VOICEMAIL, event.voicemail)

    def _new(self, applied: AppliedEvent, media: Media, reference: str | None) -> Recording:
        call, now = applied.call, self.clock()
        wait = timedelta(seconds=self.ready_after.get(scheme_of(reference or ""), 0.0))
        assert call is not None  # noqa: S101 - see _named
        return Recording(
            id=recording_id(call.account, call.id, media),
            account=call.account,
            call_id=call.id,
            media=media,
            source=applied.event.source,
            reference=(reference or "")[:LONGEST_REFERENCE],
            created_at=now,
            since=now,
            next_at=now + wait,
            talk_duration=call.talk_duration if media is Media.RECORDING else None,
        )


def _is_reference(reference: str | None) -> bool:
    """Whether the value is a URL or a reference with a scheme; a bare `record_id` cannot be fetched."""
    return bool(reference and ":" in reference)


def _part(now: datetime) -> int:
    """Return the name of a workflow's part: the second. Two starts within a second start one workflow."""
    return int(now.timestamp())
