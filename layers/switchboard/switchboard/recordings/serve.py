"""Serve a recording: the whole file, a range, or a redirect to the store."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from switchboard.errors import NotFound
from switchboard.recordings.formats import extension_of
from switchboard.recordings.model import Media, Recording, RecordingState, StoredAudio, recording_id
from switchboard.recordings.ports import Recordings, RecordingStore
from switchboard.recordings.ranges import Range, Unsatisfiable, read_range

# Lambda streams at most 200 MB; a longer answer is a redirect to the store.
LONGEST_ANSWER = 200_000_000
SOONEST = 5  # seconds, the shortest Retry-After
SAFE_NAME = re.compile(r"[^A-Za-z0-9._-]")


class NotRecorded(NotFound):
    """The call has no available recording. `retry_after` is seconds, if the recording is still expected."""

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__("There is no recording of this call.")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class RecordingResponse:
    """An HTTP answer; the body is read piece by piece."""

    status: int
    headers: Mapping[str, str]
    body: Iterable[bytes] = ()


@dataclass(frozen=True, slots=True)
class ConditionalHeaders:
    """The request headers Range, If-Range and If-None-Match, empty if absent."""

    range: str = ""
    if_range: str = ""
    if_none_match: str = ""


@dataclass(frozen=True, slots=True)
class ServeRecording:
    """The use case behind *record* and *voicemail*. `longest` is bytes of a streamed answer."""

    recordings: Recordings
    store: RecordingStore
    clock: Callable[[], datetime]
    longest: int = LONGEST_ANSWER

    def __call__(self, account: str, call_id: str, media: Media, asked: ConditionalHeaders) -> RecordingResponse:
        """Return 200, 206, 304, 307 or 416. Raises NotRecorded if the call has no available recording."""
        recording = self.recordings.get(recording_id(account, call_id, media))
        if recording is None or recording.audio is None or recording.state is RecordingState.DELETED:
            raise NotRecorded(self._retry_after(recording))
        audio, tag = recording.audio, f'"{recording.audio.sha256}"'
        common = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private"}
        if tag in _tags(asked.if_none_match):
            return RecordingResponse(304, common)
        try:
            wanted = read_range(asked.range, audio.size) if asked.if_range in ("", tag) else None
        except Unsatisfiable:
            return RecordingResponse(416, {**common, "Content-Range": f"bytes */{audio.size}", "Content-Length": "0"})
        return self._content(recording, audio, wanted, common)

    def _content(
        self, recording: Recording, audio: StoredAudio, wanted: Range | None, common: Mapping[str, str]
    ) -> RecordingResponse:
        first, last = (wanted.first, wanted.last) if wanted else (0, audio.size - 1)
        name = f"{SAFE_NAME.sub('_', recording.call_id)}.{extension_of(audio.content_type)}"
        disposition = f"attachment; filename={name}"
        if last - first + 1 > self.longest:
            link = self.store.link(recording.key, audio.content_type, disposition)
            return RecordingResponse(307, {"Location": link, "Cache-Control": "no-store", "Content-Length": "0"})
        headers = {
            **common,
            "Content-Type": audio.content_type,
            "Content-Disposition": disposition,
            "Content-Length": str(last - first + 1),
        }
        if wanted:
            headers["Content-Range"] = f"bytes {first}-{last}/{audio.size}"
        try:
            return RecordingResponse(206 if wanted else 200, headers, self.store.read(recording.key, first, last))
        except NotFound:  # the retention of the object has ended, the row's has not
            raise NotRecorded from None

    def _retry_after(self, recording: Recording | None) -> int | None:
        if recording is None or recording.state is not RecordingState.EXPECTED:
            return None
        wait = (recording.next_at - self.clock()).total_seconds() if recording.next_at else 0
        return max(SOONEST, math.ceil(wait))


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
