"""Check all upstreams, the least recently checked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.accounts.upstream.connect import require_upstream
from switchboard.accounts.upstream.managers import UpstreamManagers
from switchboard.accounts.upstream.model import Upstream, UpstreamState
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.errors import NotFound

Report = Callable[[Upstream], None]


@dataclass(frozen=True, slots=True)
class CheckSources:
    """The hourly check of all upstreams. An error of one upstream does not stop the check of the others.

    `changed` is called with each upstream whose state changed, `failed` with each upstream whose check failed.
    """

    upstreams: Upstreams
    managers: UpstreamManagers
    changed: Report
    failed: Callable[[Upstream, Exception], None]
    webhook_url: Callable[[str], str]
    clock: Callable[[], datetime]
    is_served: Callable[[str], bool] = lambda _: True

    def __call__(self, out_of_time: Callable[[], bool]) -> dict[str, UpstreamState]:
        """Return source id → state of the upstreams checked. The next run begins with the upstreams left over.

        PBXs of accounts that are not served are asked nothing.
        """
        found: dict[str, UpstreamState] = {}
        for upstream in self.upstreams.all():
            if out_of_time():
                break
            if not self.is_served(upstream.account):
                continue
            checked = self._checked(upstream)
            if checked is not None:
                found[checked.source] = checked.state
        return found

    def _checked(self, upstream: Upstream) -> Upstream | None:
        try:
            checked = self._checked_or_put_off(upstream)
            if checked.state is not upstream.state:
                self.changed(checked)
        except NotFound:  # the source was disconnected meanwhile
            return None
        except Exception as error:  # noqa: BLE001 - the check of the other upstreams goes on
            self.failed(upstream, error)
            return None
        return checked

    def _checked_or_put_off(self, upstream: Upstream) -> Upstream:
        try:
            return self.managers.check(upstream.source, webhook_url=self.webhook_url(upstream.source))
        except NotFound:
            raise
        except Exception as error:  # noqa: BLE001 - without a new `checked_at` it would be first in every run
            self.failed(upstream, error)
            return self._put_off(upstream.source)

    def _put_off(self, source_id: str) -> Upstream:
        """Save the upstream as checked now, so that the next run begins with other upstreams."""
        upstream = require_upstream(source_id, self.upstreams)
        return self.upstreams.save(replace(upstream, state=UpstreamState.UNCHECKED, checked_at=self.clock()))
