"""Check every connected source in turn, the longest unchecked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.accounts.upstream.connect import require_upstream
from switchboard.accounts.upstream.desks import UpstreamDesks
from switchboard.accounts.upstream.model import Standing, Upstream
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.errors import NotFound

Report = Callable[[Upstream], None]


@dataclass(frozen=True, slots=True)
class CheckSources:
    """The use case behind the hourly check. One source's trouble, whatever it is, is no other's.

    `changed` hears of sources that stand otherwise than before, `failed` of those that could not be checked.
    """

    upstreams: Upstreams
    desk: UpstreamDesks
    changed: Report
    failed: Callable[[Upstream, Exception], None]
    webhook_url: Callable[[str], str]
    clock: Callable[[], datetime]

    def __call__(self, out_of_time: Callable[[], bool]) -> dict[str, Standing]:
        """Source → how it stands; those that there was no time for come first the next time."""
        found: dict[str, Standing] = {}
        for upstream in self.upstreams.all():
            if out_of_time():
                break
            checked = self._checked(upstream)
            if checked is not None:
                found[checked.source] = checked.state
        return found

    def _checked(self, upstream: Upstream) -> Upstream | None:
        try:
            checked = self._checked_or_put_off(upstream)
            if checked.state is not upstream.state:
                self.changed(checked)
        except NotFound:  # disconnected in the meantime
            return None
        except Exception as error:  # noqa: BLE001 - the other sources have their turn
            self.failed(upstream, error)
            return None
        return checked

    def _checked_or_put_off(self, upstream: Upstream) -> Upstream:
        try:
            return self.desk.check(upstream.source, webhook_url=self.webhook_url(upstream.source))
        except NotFound:
            raise
        except Exception as error:  # noqa: BLE001 - it would be first in line, and end every run
            self.failed(upstream, error)
            return self._put_off(upstream.source)

    def _put_off(self, source_id: str) -> Upstream:
        """Keep that it could not be checked, so that the next one's turn comes before it comes again."""
        upstream = require_upstream(source_id, self.upstreams)
        return self.upstreams.save(replace(upstream, state=Standing.UNCHECKED, checked_at=self.clock()))
