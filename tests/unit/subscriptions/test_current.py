from dataclasses import replace

import pytest

from switchboard.subscriptions.current import CurrentSubscriptions
from switchboard.subscriptions.model import Subscription
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support.builders import a_subscription


class Counted(MemorySubscriptions):
    """Counts what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.add(a_subscription())

    def get(self, account: str, key: str) -> Subscription | None:
        self.reads += 1
        return super().get(account, key)


@pytest.fixture
def kept() -> Counted:
    return Counted()


def test_a_subscription_is_read_once(kept: Counted) -> None:
    """And remembered for the deliveries that follow."""
    current = CurrentSubscriptions(kept)
    found = [current.at_least("acme", "vpbx:start.call", 1, 1) for _ in range(3)]
    assert (found, kept.reads) == ([a_subscription()] * 3, 1)


def test_a_delivery_never_uses_a_subscription_older_than_itself(kept: Counted) -> None:
    """A change that was made before the event is seen at once."""
    current = CurrentSubscriptions(kept)
    current.at_least("acme", "vpbx:start.call", 1, 1)
    changed = replace(a_subscription(), url="https://new.example/", version=2)
    kept.save(changed)
    assert current.at_least("acme", "vpbx:start.call", 2, 1) == changed


@pytest.mark.parametrize(("account", "key", "id_"), [("acme", "vpbx:end.call", 1), ("other", "vpbx:start.call", 1)])
def test_a_subscription_that_is_gone_is_none(kept: Counted, account: str, key: str, id_: int) -> None:
    """Another account's is none of ours."""
    assert CurrentSubscriptions(kept).at_least(account, key, 1, id_) is None


def test_a_subscription_that_was_made_anew_is_another_one(kept: Counted) -> None:
    """What was meant for the old one does not reach the new."""
    current = CurrentSubscriptions(kept)
    current.at_least("acme", "vpbx:start.call", 1, 1)
    kept.remove("acme", "vpbx:start.call")
    kept.add(a_subscription(id=2))
    assert current.at_least("acme", "vpbx:start.call", 1, 2) == a_subscription(id=2)
    assert current.at_least("acme", "vpbx:start.call", 1, 1) is None
