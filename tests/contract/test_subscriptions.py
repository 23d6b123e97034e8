"""Port Subscriptions."""

import json
from dataclasses import replace

import pytest

from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.subscriptions_table import SubscriptionsTable
from switchboard.errors import Conflict
from switchboard.kernel.call import Direction
from switchboard.subscriptions.model import AuthType, Filters, ReceiverLimits
from switchboard.subscriptions.ports import Subscriptions
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support.builders import NOON, a_subscription
from tests.support.stack import Stack
from tests.support.threads import at_once

NEW = ("name", "events", "filters")


@pytest.fixture
def subscriptions(request: pytest.FixtureRequest, kind: str) -> Subscriptions:
    if kind == "memory":
        return MemorySubscriptions()
    stack: Stack = request.getfixturevalue("stack")
    counters = AccountsTable(stack.dynamodb, stack.table("AccountsTable"))
    return SubscriptionsTable(stack.dynamodb, stack.table("SubscriptionsTable"), counters)


def test_a_subscription_comes_back_as_it_was_added(subscriptions: Subscriptions) -> None:
    """Every field is kept, credentials and secret among them."""
    made = a_subscription(
        auth_type=AuthType.BODY, auth_string="s3", auth_field="key", secret="whsec_MDEyMw==", old_secret="whsec_MA==",
        old_secret_until=NOON, timeout=7.5, disabled="gone", disabled_at=NOON,
    )  # fmt: skip
    subscriptions.add(made)
    assert subscriptions.get("acme", "vpbx:start.call") == made


def test_a_destination_comes_back_as_it_was_added(subscriptions: Subscriptions) -> None:
    """With its events and filters, by a key of its own; there may be another one like it."""
    filters = Filters(Direction.INCOMING, ("101",), ("7916*",))
    made = [
        a_subscription("", id=n, dialect="standard", name="CRM", events=("call.ended",), filters=filters)
        for n in (1, 2)
    ]
    for one in made:
        subscriptions.add(one)
    assert [subscriptions.get("acme", f"destination:{n}") for n in (1, 2)] == subscriptions.of_account("acme") == made


def test_a_row_from_before_there_were_destinations_can_be_read(stack: Stack) -> None:
    """It has neither name nor events nor filters, and wants to hear of every call."""
    table = SubscriptionsTable(stack.dynamodb, stack.table("SubscriptionsTable"))
    table.add(a_subscription())
    (row,) = stack.items("SubscriptionsTable")
    old = {name: value for name, value in json.loads(row["data"]["S"]).items() if name not in NEW}
    assert len(old) == len(json.loads(row["data"]["S"])) - len(NEW)
    item = {**row, "data": {"S": json.dumps(old)}}
    stack.dynamodb.put_item(TableName=stack.table("SubscriptionsTable"), Item=item)
    assert table.of_account("acme") == [a_subscription()]


def test_an_event_is_subscribed_to_once(subscriptions: Subscriptions) -> None:
    """A second subscription for the same event is a conflict."""
    subscriptions.add(a_subscription())
    with pytest.raises(Conflict):
        subscriptions.add(a_subscription(id=2))


def test_of_two_subscriptions_at_once_one_is_added(subscriptions: Subscriptions) -> None:
    """A race for an event has one winner and one conflict."""
    ends = at_once([lambda: subscriptions.add(a_subscription(id=1)), lambda: subscriptions.add(a_subscription(id=2))])
    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "NoneType"]


def test_the_same_event_of_two_accounts_is_two_subscriptions(subscriptions: Subscriptions) -> None:
    """Accounts do not stand in each other's way."""
    own, foreign = a_subscription(), a_subscription(account="other")
    subscriptions.add(own)
    subscriptions.add(foreign)
    assert (subscriptions.of_account("acme"), subscriptions.of_account("other")) == ([own], [foreign])


def test_subscriptions_are_listed_by_id(subscriptions: Subscriptions) -> None:
    """The list is in the order of ids, not of names."""
    second, first = a_subscription("end.call", id=2), a_subscription("start.talk", id=1)
    subscriptions.add(second)
    subscriptions.add(first)
    assert subscriptions.of_account("acme") == [first, second]


def test_the_next_version_replaces_the_old_one(subscriptions: Subscriptions) -> None:
    """A change is seen by the next reader."""
    subscriptions.add(a_subscription())
    changed = a_subscription(url="https://new.example/", version=2)
    subscriptions.save(changed)
    assert subscriptions.get("acme", "vpbx:start.call") == changed


def test_of_two_changes_at_once_one_is_refused(subscriptions: Subscriptions) -> None:
    """No change is lost unnoticed."""
    subscriptions.add(a_subscription())
    changed = a_subscription(version=2)
    ends = at_once(
        [lambda: subscriptions.save(changed), lambda: subscriptions.save(replace(changed, url="https://b/"))]
    )
    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "NoneType"]


def test_a_subscription_that_is_gone_cannot_be_saved(subscriptions: Subscriptions) -> None:
    """A change that comes after the removal does not bring the subscription back."""
    subscriptions.add(a_subscription())
    subscriptions.remove("acme", "vpbx:start.call")
    with pytest.raises(Conflict):
        subscriptions.save(a_subscription(version=2))


def test_removing_tells_whether_there_was_one(subscriptions: Subscriptions) -> None:
    """The first removal finds it, the second does not."""
    subscriptions.add(a_subscription())
    key = "vpbx:start.call"
    assert (subscriptions.remove("acme", key), subscriptions.remove("acme", key)) == (True, False)


def test_another_accounts_subscription_is_not_removed(subscriptions: Subscriptions) -> None:
    """The account is part of what is removed."""
    subscriptions.add(a_subscription())
    assert subscriptions.remove("other", "vpbx:start.call") is False
    assert subscriptions.get("acme", "vpbx:start.call") is not None


def test_ids_count_up_within_an_account(subscriptions: Subscriptions) -> None:
    """Ids are small numbers from one, in every account."""
    assert [subscriptions.next_id(account) for account in ("acme", "acme", "other")] == [1, 2, 1]


def test_no_id_is_given_twice_at_the_same_instant(subscriptions: Subscriptions) -> None:
    """Eight requests at once get eight ids."""
    assert sorted(at_once([lambda: subscriptions.next_id("acme")] * 8)) == list(range(1, 9))  # type: ignore[type-var]


RECEIVER = "https://crm.example"


def test_a_receiver_has_no_limits_at_first(subscriptions: Subscriptions) -> None:
    """Those that nobody set are not made up."""
    subscriptions.add(a_subscription())
    assert subscriptions.with_limits("acme") == ([a_subscription()], {})


def test_limits_are_read_with_the_subscriptions(subscriptions: Subscriptions) -> None:
    """As they were set last, and no list of subscriptions holds them."""
    subscriptions.add(a_subscription())
    subscriptions.limit("acme", RECEIVER, ReceiverLimits(2, 0.5))
    subscriptions.limit("acme", RECEIVER, ReceiverLimits(3, 1.5))
    assert subscriptions.with_limits("acme") == ([a_subscription()], {RECEIVER: ReceiverLimits(3, 1.5)})
    assert subscriptions.of_account("acme") == [a_subscription()]


def test_limits_are_an_accounts_own(subscriptions: Subscriptions) -> None:
    """Another account that sends to the same receiver has its own."""
    subscriptions.limit("other", RECEIVER, ReceiverLimits(1, 1))
    assert subscriptions.with_limits("acme") == ([], {})


def test_limits_outlive_their_subscriptions(subscriptions: Subscriptions) -> None:
    """A receiver that is subscribed with anew can take no more than before."""
    subscriptions.add(a_subscription())
    subscriptions.limit("acme", RECEIVER, ReceiverLimits(1, 1))
    subscriptions.remove("acme", a_subscription().key)
    assert subscriptions.with_limits("acme") == ([], {RECEIVER: ReceiverLimits(1, 1)})
