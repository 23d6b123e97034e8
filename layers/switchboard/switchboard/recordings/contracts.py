"""Recordings in the operator API: query and answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.contracts import Body, read_body
from switchboard.recordings.model import Recording, RecordingState


class RecordingQuery(Body):
    """The filters of the list: state, and id of a call."""

    state: RecordingState | None = None
    call: str = ""


def read_query(query: Mapping[str, str]) -> RecordingQuery:
    """Return the filters. Raises Invalid with the wrong field."""
    return read_body(RecordingQuery, query)


def recording_view(recording: Recording) -> dict[str, Any]:
    """Return a recording; the fields about its bytes are None until the bytes are stored.

    The reference is left out, because a reference may open the source's own store.
    """
    audio = recording.audio
    return {
        "id": recording.id,
        "account": recording.account,
        "call_id": recording.call_id,
        "media": recording.media,
        "source": recording.source,
        "state": recording.state,
        "attempts": recording.attempts,
        "reason": recording.reason,
        "next_attempt_at": recording.next_at if recording.state is RecordingState.EXPECTED else None,
        "content_type": audio.content_type if audio else None,
        "bytes": audio.size if audio else None,
        "sha256": audio.sha256 if audio else None,
        "duration": audio.duration if audio else None,
        "incomplete": audio.incomplete if audio else None,
        "created_at": recording.created_at,
        "finished_at": recording.finished_at,
    }
