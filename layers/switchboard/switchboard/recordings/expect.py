"""An event names a recording: from then on one is expected, and fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.calls.model import Happened, Kind
from switchboard.calls.news import HUB
from switchboard.calls.record_numbers import record_number
from switchboard.recordings.model import Media, Recording, RecordingState, recording_id
from switchboard.recordings.ports import FetchWorkflows, Recordings

LONGEST_REFERENCE = 2048


@dataclass(frozen=True, slots=True)
class ExpectRecording:
    """A follower of ApplyCallEvent. Told of the same event again, it starts again what is not under way.

    The row is written first: a worker that dies before the workflow starts leaves a row that the event's repeat, or
    the watch, finds.
    """

    recordings: Recordings
    workflows: FetchWorkflows
    clock: Callable[[], datetime]

    def __call__(self, happened: Happened) -> None:
        """Expect what the event names."""
        for recording in self._named(happened):
            if recording.media is Media.RECORDING:
                self.recordings.number(recording, record_number(recording.account, recording.call_id))
            if self.recordings.add(recording):
                self.workflows.fetch(recording, 0.0)
            else:
                self._again(recording)

    def _again(self, named: Recording) -> None:
        kept = self.recordings.get(named.id)
        if kept is None:
            return
        if kept.state is RecordingState.EXPECTED and not kept.attempts:
            self.workflows.fetch(kept, 0.0)
        # What could not be had by one reference may be had by another that is told later.
        if kept.state is RecordingState.DEAD and kept.reference != named.reference:
            anew = replace(named, created_at=kept.created_at, generation=kept.generation + 1, part=_part(named.since))
            if self.recordings.save(kept, anew):
                self.workflows.fetch(anew, 0.0)

    def _named(self, happened: Happened) -> Iterator[Recording]:
        event, call = happened.event, happened.call
        if call is None or event.dialect == HUB:
            return
        if _is_reference(event.recording):
            yield self._new(happened, Media.RECORDING, event.recording)
        if event.kind is Kind.VOICEMAIL_LEFT and _is_reference(event.voicemail):
            yield self._new(happened, Media.VOICEMAIL, event.voicemail)

    def _new(self, happened: Happened, media: Media, reference: str | None) -> Recording:
        call, now = happened.call, self.clock()
        assert call is not None  # noqa: S101 - see _named
        return Recording(
            id=recording_id(call.account, call.id, media),
            account=call.account,
            call_id=call.id,
            media=media,
            source=happened.event.source,
            reference=(reference or "")[:LONGEST_REFERENCE],
            created_at=now,
            since=now,
            next_at=now,
            talk_duration=call.talk_duration if media is Media.RECORDING else None,
        )


def _is_reference(reference: str | None) -> bool:
    """A mere id of the vendor's, a `record_id`, stays a fact of the call: nobody serves it to us."""
    return bool(reference and ":" in reference)


def _part(now: datetime) -> int:
    """Parts are named for the second: two at once start one."""
    return int(now.timestamp())
