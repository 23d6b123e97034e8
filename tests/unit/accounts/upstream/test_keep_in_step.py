"""The hourly check: every source has its turn, whatever happens to the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from switchboard.accounts.upstream.connect import UpstreamDesk
from switchboard.accounts.upstream.keep_in_step import CheckSources
from switchboard.accounts.upstream.model import Standing, Upstream
from switchboard.errors import Sealed
from tests.fakes.accounts import MemoryExtensions, MemorySources
from tests.fakes.upstreams import MemoryUpstreams
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON, a_source, an_upstream

SOURCES = ("s-a", "s-b", "s-c")


@dataclass
class Hub:
    """Three sources, the first of which is in trouble of our own making."""

    broken: Exception | None = None
    upstreams: MemoryUpstreams = field(default_factory=MemoryUpstreams)
    vault: MemoryVault = field(default_factory=MemoryVault)
    failed: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[str, Standing]] = field(default_factory=list)
    deaf: bool = False

    def __post_init__(self) -> None:
        self.sources = MemorySources()
        for place, name in enumerate(SOURCES):
            self.sources.add(a_source(id=name))
            sealed = self.vault.seal("acme", "secret")
            at = NOON + timedelta(minutes=place)
            self.upstreams.add(an_upstream(source=name, token=sealed, login=sealed, checked_at=at, connected_at=at))
        extensions, now = MemoryExtensions(), NOON + timedelta(hours=1)
        desk = UpstreamDesk(self.sources, self.upstreams, extensions, self.vault, self.dial, (), lambda: now)
        self.check = CheckSources(self.upstreams, desk, self.tell, self.fail, lambda _: "", lambda: now)

    def dial(self, upstream: Upstream, _: str) -> Hub:
        if self.broken and upstream.source == "s-a":
            raise self.broken
        return self

    def subscriptions(self) -> dict[str, str]:
        return {}

    def subscribe(self, *_: str) -> str:
        return ""

    def unsubscribe(self, _: str) -> None: ...

    def extensions(self) -> list[str]:
        return []

    def fail(self, upstream: Upstream, error: Exception) -> None:
        self.failed.append((upstream.source, type(error).__name__))

    def tell(self, upstream: Upstream) -> None:
        if self.deaf:
            raise RuntimeError("no topic")
        self.changed.append((upstream.source, upstream.state))


def in_time() -> bool:
    return False


@pytest.mark.parametrize("error", [Sealed("Closed."), RuntimeError("a bug"), ValueError("odd")])
def test_one_sources_trouble_is_no_others(error: Exception) -> None:
    """The others are checked, it is told by its kind, and it waits for its turn."""
    hub = Hub(error)
    found = hub.check(in_time)
    assert found == {"s-a": Standing.UNCHECKED, "s-b": Standing.CONNECTED, "s-c": Standing.CONNECTED}
    assert hub.failed == [("s-a", type(error).__name__)]
    assert ("s-a", Standing.UNCHECKED) in hub.changed
    assert {one.checked_at for one in hub.upstreams.all()} == {NOON + timedelta(hours=1)}


def test_a_secret_that_does_not_open_is_one_sources_trouble(hub: Hub) -> None:
    """As when its key is another."""
    found = hub.upstreams.get("s-a")
    assert found is not None
    hub.upstreams.save(replace(found, token="not sealed"))
    assert hub.check(in_time) == {"s-a": Standing.UNCHECKED, "s-b": Standing.CONNECTED, "s-c": Standing.CONNECTED}


def test_what_cannot_even_be_put_off_holds_nobody_up(hub: Hub) -> None:
    """Nor does a topic that takes nothing."""
    save: Callable[[Upstream], Upstream] = hub.upstreams.save

    def breaks(upstream: Upstream) -> Upstream:
        if upstream.source == "s-a":
            raise RuntimeError("no table")
        return save(upstream)

    hub.upstreams.save = breaks  # type: ignore[method-assign]
    assert set(hub.check(in_time)) == {"s-b", "s-c"}
    hub.deaf = True
    hub.broken = RuntimeError("again")
    assert set(hub.check(in_time)) == {"s-b", "s-c"}


def test_a_source_that_was_disconnected_meanwhile_is_left_out(hub: Hub) -> None:
    """It is no failure."""
    found, *_ = listed = hub.upstreams.all()
    hub.upstreams.remove(found)
    hub.upstreams.all = lambda: listed  # type: ignore[method-assign]
    assert (set(hub.check(in_time)), hub.failed) == ({"s-b", "s-c"}, [])


@pytest.fixture
def hub() -> Hub:
    return Hub()
