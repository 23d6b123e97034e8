"""How far a source's stream has been read, and who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.upstream.model import Standing

# A reader that does not say so for this long is dead; one that lives says so much more often.
LEASE = timedelta(seconds=30)
RENEW = timedelta(seconds=8)
# After this a stream is due for the next run, which has some three minutes to begin before this one has to end.
TURN = timedelta(minutes=10)
# A run that has anything to read takes what others read as well, but for what has only just been begun.
JUST_NOW = timedelta(seconds=45)
# Until then a source that nobody reads may only be waiting for the next run.
OVERDUE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a stream is read on from, by whom, and how that goes.

    `reader` has it since `since`, and until `until` unless it says that it lives; `last_id` is the id of the last event
    that is in our queue, or stands for nothing where the PBX tells none. `error` is the last trouble there was, in our
    own words. `version` counts what was kept: whoever keeps it on an older one has lost the stream to somebody else.
    """

    account: str
    source: str
    reader: str = ""
    since: datetime | None = None
    until: datetime | None = None
    last_id: str = ""
    last_event_at: datetime | None = None
    state: Standing = Standing.CONNECTING
    error: str = ""
    error_at: datetime | None = None
    version: int = 0

    def is_read(self, now: datetime) -> bool:
        """Whether somebody reads the stream."""
        return self.until is not None and now < self.until

    def is_due(self, now: datetime, turn: timedelta = TURN) -> bool:
        """Whether the next reader may take it: nobody has it, or somebody has had it for a turn."""
        return not self.is_read(now) or self.since is None or self.since + turn <= now


def standing(bookmark: Bookmark | None, connected_at: datetime, now: datetime) -> Standing:
    """How things stand with a stream; UNCHECKED where nobody has come to read it, which is a trouble of our own."""
    if bookmark is None or bookmark.until is None:
        return Standing.CONNECTING if now < connected_at + OVERDUE else Standing.UNCHECKED
    return bookmark.state if now < bookmark.until + OVERDUE else Standing.UNCHECKED
