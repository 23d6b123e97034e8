"""A recording of a call, from its announcement to its deletion.

Sizes are bytes, durations whole seconds, times aware and in UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

CALLS_KEPT_DAYS = 400  # a call is kept longer if its recording is
LARGEST = 500 * 1024 * 1024


class Media(StrEnum):
    """A conversation, or a message left after the tone. A call has at most one recording of each."""

    RECORDING = "recording"
    VOICEMAIL = "voicemail"


class RecordingState(StrEnum):
    """The state of a recording."""

    EXPECTED = "expected"  # named by an event; being fetched, or waiting for the next attempt
    AVAILABLE = "available"
    DEAD = "dead"  # given up; an operator can retry
    DELETED = "deleted"  # by an operator; the row stays, so a repeated event does not fetch the file again


@dataclass(frozen=True, slots=True)
class StoredAudio:
    """The stored file. `duration` is None if neither the bytes nor the call give it.

    `incomplete`: the file is shorter than its own header says, or far shorter than the talk.
    """

    content_type: str
    size: int
    sha256: str
    duration: int | None = None
    incomplete: bool = False

    def is_better_than(self, other: StoredAudio | None) -> bool:
        """Whether this file has more of the call than another."""
        if other is None or self.incomplete != other.incomplete:
            return other is None or other.incomplete
        return (self.duration or 0, self.size) > (other.duration or 0, other.size)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of an account's call. The id is derived from account, call and media.

    - `reference`: the source's name for the file, a URL or a vendor's id.
    - `since`: the start of the present generation; `generation` counts the retries by an operator.
    - `part`: the name of the workflow that fetches the file; `attempts` counts the attempts of this generation.
    - `leased_until`: until then a single worker may fetch; `lease` counts the leases and serves as optimistic lock.
    - `next_at`: the time of the next attempt; None once the final event is sent and, if deleted, the bytes are gone.
    - `days`: the retention of the stored file.
    - `audio`: the best file so far, also while a better one is expected; `audio_at` is the time when it was fetched.
    """

    id: str
    account: str
    call_id: str
    media: Media
    source: str
    reference: str
    created_at: datetime
    since: datetime
    state: RecordingState = RecordingState.EXPECTED
    generation: int = 0
    part: int = 0
    attempts: int = 0
    lease: int = 0
    leased_until: datetime | None = None
    next_at: datetime | None = None
    reason: str = ""
    talk_duration: int | None = None
    audio: StoredAudio | None = None
    days: int = 0
    finished_at: datetime | None = None
    audio_at: datetime | None = None

    @property
    def key(self) -> str:
        """The key in the store. Every attempt writes the same key, so the file is stored once."""
        return f"{self.account}/{self.id}"

    @property
    def kept_until(self) -> date | None:
        """The last day of the stored file; None without a file of this generation."""
        return (self.audio_at + timedelta(days=self.days)).date() if self.audio_at else None

    def is_leased(self, now: datetime) -> bool:
        """Whether a worker may be fetching the file."""
        return self.leased_until is not None and now < self.leased_until


def scheme_of(reference: str) -> str:
    """Return the scheme of a reference, in lower case; empty for a bare id."""
    scheme, colon, _ = reference.partition(":")
    return scheme.lower() if colon else ""


def recording_id(account: str, call_id: str, media: Media) -> str:
    """Return 32 hex digits derived from account, call and media."""
    return hashlib.sha256(f"{account}\n{call_id}\n{media}".encode()).hexdigest()[:32]
