"""A recording of a call: what is known of it before, while and after it is fetched.

Sizes are bytes, durations whole seconds, times aware and in UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Days that an account may have its recordings kept. The template has a rule for each: a lifecycle rule goes by a tag's
# value, and cannot reckon with it.
RETENTIONS = (30, 90, 180, 365, 730, 1095, 1825)
LARGEST = 500 * 1024 * 1024


class Media(StrEnum):
    """What was recorded: a conversation, or a message left after the tone. A call has one of each at most."""

    RECORDING = "recording"
    VOICEMAIL = "voicemail"


class RecordingState(StrEnum):
    """Where a recording stands."""

    EXPECTED = "expected"  # named by an event; it is being fetched, or waited for
    AVAILABLE = "available"
    DEAD = "dead"  # cannot be had; can be retried
    DELETED = "deleted"  # on request; the row stays, so that a repeated event does not fetch it again


@dataclass(frozen=True, slots=True)
class StoredAudio:
    """What was stored. `duration` is None where neither the bytes nor the call tell it."""

    content_type: str
    size: int
    sha256: str
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of an account's call. Its id follows from account, call and media.

    `reference` is what the source named it by: a URL, or an id of the vendor's. `generation` counts the times that an
    operator had it fetched anew, `part` names the workflow that drives it, and `attempts` counts those of this
    generation. Until `leased_until` one worker has it to itself; `lease` counts the workers that had, so that one whose
    time is over is told from the next. `next_at` is the next attempt's time; it stays until everybody has been told of
    the end, and what was deleted has no bytes any more. `days` is how long it is kept once it is available.
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

    @property
    def key(self) -> str:
        """Where its bytes are in the store: the same for every attempt, so that it is stored once."""
        return f"{self.account}/{self.id}"

    def is_leased(self, now: datetime) -> bool:
        """Whether a worker may be at it."""
        return self.leased_until is not None and now < self.leased_until


def recording_id(account: str, call_id: str, media: Media) -> str:
    """32 hex digits."""
    return hashlib.sha256(f"{account}\n{call_id}\n{media}".encode()).hexdigest()[:32]
