from dataclasses import replace

import pytest

from switchboard.subscriptions.current import CachedSubscriptions
from switchboard.subscriptions.model import Subscription
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support.builders import NOON, a_subscription


class Counted(MemorySubscriptions):
    """Subscriptions that count reads."""

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
    """Later deliveries use the cache."""
    current = CachedSubscriptions(kept)
    found = [current.at_least("acme", "vpbx:start.call", 1, 1) for _ in range(3)]
    assert (found, kept.reads) == ([a_subscription()] * 3, 1)


def test_a_delivery_never_uses_a_subscription_older_than_itself(kept: Counted) -> None:
    """A change before the event is seen at once."""
    current = CachedSubscriptions(kept)
    current.at_least("acme", "vpbx:start.call", 1, 1)
    changed = replace(a_subscription(), url="https://new.example/", version=2)
    kept.save(changed)
    assert current.at_least("acme", "vpbx:start.call", 2, 1) == changed


@pytest.mark.parametrize(("account", "key", "id_"), [("acme", "vpbx:end.call", 1), ("other", "vpbx:start.call", 1)])
def test_a_subscription_that_is_gone_is_none(kept: Counted, account: str, key: str, id_: int) -> None:
    """A subscription of another account is not found either."""
    assert CachedSubscriptions(kept).at_least(account, key, 1, id_) is None


def test_a_subscription_that_was_made_anew_is_another_one(kept: Counted) -> None:
    """Deliveries for the old id do not go to the new subscription."""
    current = CachedSubscriptions(kept)
    current.at_least("acme", "vpbx:start.call", 1, 1)
    kept.remove("acme", "vpbx:start.call")
    kept.add(a_subscription(id=2))
    assert current.at_least("acme", "vpbx:start.call", 1, 2) == a_subscription(id=2)
    assert current.at_least("acme", "vpbx:start.call", 1, 1) is None


def test_a_disabled_subscription_is_seen_at_once(kept: Counted) -> None:
    """By the sender that disabled it, and by every other sender that reads it."""
    current = CachedSubscriptions(kept)
    current.disable(a_subscription(), "gone", NOON)
    disabled = replace(a_subscription(), disabled="gone", disabled_at=NOON, version=2)
    assert current.at_least("acme", "vpbx:start.call", 1, 1) == disabled == kept.get("acme", "vpbx:start.call")


def test_a_subscription_that_its_owner_changed_meanwhile_is_left_alone(kept: Counted) -> None:
    """The new address may lead to another receiver."""
    changed = replace(a_subscription(), url="https://new.example/", version=2)
    kept.save(changed)
    CachedSubscriptions(kept).disable(a_subscription(), "gone", NOON)
    assert kept.get("acme", "vpbx:start.call") == changed


def test_the_subscriptions_of_a_receiver_are_those_that_lead_there(kept: Counted) -> None:
    """On any path, within the account."""
    there = a_subscription("end.call", id=2, url="https://crm.example/other")
    kept.add(there)
    kept.add(a_subscription("start.talk", id=3, url="https://erp.example/"))
    kept.add(a_subscription(account="other"))
    assert CachedSubscriptions(kept).of_receiver("acme", "https://crm.example") == [a_subscription(), there]
