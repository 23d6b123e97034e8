"""The hourly check reaches every source, whatever happens to the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from switchboard.accounts.upstream.check_sources import CheckSources
from switchboard.accounts.upstream.connect import EventSubscriptionsManager
from switchboard.accounts.upstream.model import Upstream, UpstreamState
from switchboard.errors import Sealed
from tests.fakes.accounts import MemoryExtensions, MemorySources
from tests.fakes.upstreams import MemoryUpstreams
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON, a_source, an_upstream

SOURCES = ("s-a", "s-b", "s-c")


@dataclass
class Hub:
    """Three sources; the check of the first one raises an error of the hub."""

    broken: Exception | None = None
    upstreams: MemoryUpstreams = field(default_factory=MemoryUpstreams)
    vault: MemoryVault = field(default_factory=MemoryVault)
    failed: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[str, UpstreamState]] = field(default_factory=list)
    deaf: bool = False

    def __post_init__(self) -> None:
        self.sources = MemorySources()
        for place, name in enumerate(SOURCES):
            self.sources.add(a_source(id=name))
            sealed = self.vault.seal("acme", "secret")
            at = NOON + timedelta(minutes=place)
            self.upstreams.add(an_upstream(source=name, token=sealed, login=sealed, checked_at=at, connected_at=at))
        extensions, now = MemoryExtensions(), NOON + timedelta(hours=1)
        desk = EventSubscriptionsManager(
            self.sources, self.upstreams, extensions, self.vault, self.dial, (), lambda: now
        )
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
    """The others are checked; the error is reported, and the source waits for its next turn."""
    hub = Hub(error)
    found = hub.check(in_time)
    assert found == {"s-a": UpstreamState.UNCHECKED, "s-b": UpstreamState.CONNECTED, "s-c": UpstreamState.CONNECTED}
    assert hub.failed == [("s-a", type(error).__name__)]
    assert ("s-a", UpstreamState.UNCHECKED) in hub.changed
    assert {one.checked_at for one in hub.upstreams.all()} == {NOON + timedelta(hours=1)}


def test_a_secret_that_does_not_open_is_one_sources_trouble(hub: Hub) -> None:
    """As with a secret that another key sealed."""
    found = hub.upstreams.get("s-a")
    assert found is not None
    hub.upstreams.save(replace(found, token="not sealed"))
    assert hub.check(in_time) == {
        "s-a": UpstreamState.UNCHECKED,
        "s-b": UpstreamState.CONNECTED,
        "s-c": UpstreamState.CONNECTED,
    }


def test_what_cannot_even_be_put_off_holds_nobody_up(hub: Hub) -> None:
    """A topic that refuses the report does not stop the check either."""
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
    """A disconnected source is no failure."""
    found, *_ = listed = hub.upstreams.all()
    hub.upstreams.remove(found)
    hub.upstreams.all = lambda: listed  # type: ignore[method-assign]
    assert (set(hub.check(in_time)), hub.failed) == ({"s-b", "s-c"}, [])


@pytest.fixture
def hub() -> Hub:
    return Hub()
