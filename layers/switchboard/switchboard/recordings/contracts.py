"""Recordings as the operator's API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.contracts import Body, read_body
from switchboard.recordings.model import Recording, RecordingState


class RecordingQuery(Body):
    """The filters of a list of recordings."""

    state: RecordingState | None = None
    call: str = ""


def read_query(query: Mapping[str, str]) -> RecordingQuery:
    """State and call that are asked for; Invalid names what is wrong."""
    return read_body(RecordingQuery, query)


def recording_view(recording: Recording) -> dict[str, Any]:
    """A recording; what is known of its bytes is None until they are there.

    The reference stays inside: it may be a key to the source.
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
        "created_at": recording.created_at,
        "finished_at": recording.finished_at,
    }
