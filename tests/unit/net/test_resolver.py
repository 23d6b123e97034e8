"""Look-ups end in time, and those that hang do not pile up."""

from collections.abc import Iterator
from threading import Event, Lock, active_count
from typing import Any

import pytest

from switchboard.net import http
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.guard import Guard
from switchboard.net.http import HttpSender
from switchboard.net.resolver import MOST_AT_ONCE, Resolver
from tests.support.builders import NOON, a_request
from tests.support.threads import at_once

SHORT = 0.05  # seconds
PATIENCE = 10.0


class Hanging:
    """A resolver that answers nobody until it is let go, but for `fast.example`."""

    def __init__(self) -> None:
        self.let_go = Event()
        self.asked: list[str] = []
        self._lock = Lock()

    def __call__(self, name: str) -> list[str]:
        with self._lock:
            self.asked.append(name)
        if name != "fast.example":
            self.let_go.wait(PATIENCE)
        return ["127.0.0.1"]


@pytest.fixture
def resolver() -> Iterator[Hanging]:
    one = Hanging()
    yield one
    one.let_go.set()


def reason(names: Resolver, name: str, seconds: float = SHORT) -> FailureReason:
    with pytest.raises(ExchangeFailed) as caught:
        names.addresses(name, seconds)
    return caught.value.reason


def test_a_look_up_that_hangs_ends_in_time(resolver: Hanging) -> None:
    """Whatever the resolver does."""
    assert reason(Resolver(resolver), "slow.example") is FailureReason.NAME_TIMEOUT


def test_an_attempt_ends_when_the_time_for_connecting_does(resolver: Hanging, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is a part of connecting."""
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", SHORT)
    sender = HttpSender(allow_private=True, guard=Guard(Resolver(resolver), allow_private=True))
    attempt = sender.send(a_request("http://slow.example/", timeout=30.0), NOON)
    assert (attempt.status, attempt.error, attempt.address) == (None, "name_timeout", None)


def test_a_name_that_hangs_is_looked_up_once(resolver: Hanging) -> None:
    """However many ask for it, and however often."""
    names = Resolver(resolver)
    at_once([lambda: reason(names, "slow.example")] * 8)
    at_once([lambda: reason(names, "slow.example")] * 8)
    assert resolver.asked == ["slow.example"]


def test_a_name_that_hangs_holds_up_no_other(resolver: Hanging) -> None:
    """It takes one thread of many."""
    names = Resolver(resolver)
    reason(names, "slow.example")
    assert names.addresses("fast.example", PATIENCE) == ["127.0.0.1"]


def test_threads_are_bounded(resolver: Hanging) -> None:
    """Beyond the bound, a look-up waits for a thread and runs out of time."""
    names, before = Resolver(resolver), active_count()
    for number in range(MOST_AT_ONCE * 2):
        assert reason(names, f"slow-{number}.example", 0.001) is FailureReason.NAME_TIMEOUT
    assert active_count() - before <= MOST_AT_ONCE


def test_a_late_answer_is_not_kept(resolver: Hanging) -> None:
    """The next connection asks anew."""
    names = Resolver(resolver)
    reason(names, "slow.example")
    resolver.let_go.set()
    assert names.addresses("slow.example", PATIENCE) == ["127.0.0.1"]
    names.addresses("slow.example", PATIENCE)
    assert len(resolver.asked) >= 2


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_resolved_is_told(error: Exception) -> None:
    """For whatever reason."""

    def fail(_: str) -> Any:
        raise error

    assert reason(Resolver(fail), "nobody.example", PATIENCE) is FailureReason.NAME_NOT_RESOLVED


def test_a_name_without_addresses_is_not_resolved() -> None:
    """An empty answer is none."""
    assert reason(Resolver(lambda _: []), "nobody.example", PATIENCE) is FailureReason.NAME_NOT_RESOLVED


def test_the_resolver_of_this_machine_is_asked() -> None:
    """Every address once."""
    found = Resolver().addresses("localhost", PATIENCE)
    assert set(found) <= {"127.0.0.1", "::1"}
    assert len(found) == len(set(found)) > 0
