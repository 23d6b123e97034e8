"""Tell of sources that have fallen silent, once for each silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.accounts.activity.model import SilenceWatch
from switchboard.accounts.activity.ports import Silences, SourceActivity
from switchboard.accounts.model import Account, AccountState, Source
from switchboard.accounts.suspension import resumed_at
from switchboard.errors import Conflict

SILENT, HEARD = "source.silent", "source.heard"

Tell = Callable[[str, Mapping[str, object]], object]


def watch_source(source: Source, silences: Silences, now: datetime) -> None:
    """Begin, change or end the watch on a source, as its `silent_after` says."""
    watch = silences.get(source.id)
    if not source.silent_after:
        silences.remove(source.id)
    elif watch is None:
        silences.save(SilenceWatch(source.id, source.account, source.silent_after, now))
    elif watch.silent_after != source.silent_after:
        silences.save(replace(watch, silent_after=source.silent_after))


def judged(
    watch: SilenceWatch, last_event_at: datetime | None, now: datetime, resumed_at: datetime | None = None
) -> SilenceWatch:
    """Return the watch with `silent_since` as of now. The time until `resumed_at` does not count as silence."""
    heard_at = max(last_event_at or watch.since, watch.since, resumed_at or watch.since)
    if watch.silent_since and heard_at > watch.silent_since:
        watch = replace(watch, silent_since=None)
    if watch.silent_since is None and now - heard_at >= timedelta(seconds=watch.silent_after):
        return replace(watch, silent_since=heard_at)
    return watch


@dataclass(frozen=True, slots=True)
class CheckSilences:
    """The check of all watched sources, every few minutes. A silence and its end are each told once.

    The events of a suspended account are refused, so its sources are not judged until the account is active again.
    """

    silences: Silences
    activity: SourceActivity
    tell: Tell
    failed: Callable[[SilenceWatch, Exception], object]
    clock: Callable[[], datetime]
    account_of: Callable[[str], Account | None]

    def __call__(self) -> list[SilenceWatch]:
        """Return the watches of the sources that are silent."""
        return [checked for watch in self.silences.all() if (checked := self._checked(watch)).silent_since]

    def _checked(self, watch: SilenceWatch) -> SilenceWatch:
        """Return the watch after its check; an error is reported, and the other sources are checked all the same."""
        try:
            account = self.account_of(watch.account)
            if account is None or account.state is not AccountState.ACTIVE:
                return watch
            after = judged(watch, self.activity.last_event_at(watch.source), self.clock(), resumed_at(account))
            if after.silent_since != watch.silent_since:
                self._change(after)
        except Exception as error:  # noqa: BLE001 - see above
            self.failed(watch, error)
            return watch
        return after

    def _change(self, watch: SilenceWatch) -> None:
        try:
            self.silences.save(watch)
        except Conflict:  # another run, or the operator, was faster
            return
        told = {"account": watch.account, "source": watch.source, "silent_after": watch.silent_after}
        if watch.silent_since:
            self.tell(SILENT, {**told, "silent_since": watch.silent_since.isoformat()})
        else:
            self.tell(HEARD, told)
