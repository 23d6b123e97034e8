"""Check every connected source in turn, the longest unchecked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.accounts.upstream.desks import UpstreamDesks
from switchboard.accounts.upstream.model import Standing, Upstream
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.errors import Refused

Report = Callable[[Upstream], None]


@dataclass(frozen=True, slots=True)
class CheckSources:
    """The use case behind the hourly check. `changed` hears of sources that stand otherwise than before."""

    upstreams: Upstreams
    desk: UpstreamDesks
    changed: Report
    webhook_url: Callable[[str], str]

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
            checked = self.desk.check(upstream.source, webhook_url=self.webhook_url(upstream.source))
        except Refused:  # disconnected in the meantime
            return None
        if checked.state is not upstream.state:
            self.changed(checked)
        return checked
