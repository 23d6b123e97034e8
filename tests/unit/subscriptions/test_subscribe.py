import pytest

from switchboard.errors import Conflict, NotFound
from switchboard.subscriptions.contracts import subscription_view
from switchboard.subscriptions.model import AuthType, Subscription
from switchboard.subscriptions.subscribe import (
    Wish,
    change_subscription,
    find_subscription,
    sign_deliveries,
    subscribe,
)
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support.builders import NOON, a_subscription

WISH = Wish("start.call", "https://crm.example/calls", AuthType.BASIC, "login:password")


@pytest.fixture
def subscriptions() -> MemorySubscriptions:
    return MemorySubscriptions()


def test_a_wish_becomes_a_subscription(subscriptions: MemorySubscriptions) -> None:
    """With a number of its own, and found under its event."""
    made = subscribe("acme", "vpbx", WISH, subscriptions, NOON)
    assert made == a_subscription(url=WISH.url, auth_type=AuthType.BASIC, auth_string="login:password")
    assert find_subscription("acme", "vpbx", "start.call", subscriptions) == made


def test_a_second_wish_for_an_event_is_a_conflict(subscriptions: MemorySubscriptions) -> None:
    """One subscription for an event and account, and the first stays as it is."""
    made = subscribe("acme", "vpbx", WISH, subscriptions, NOON)
    with pytest.raises(Conflict):
        subscribe("acme", "vpbx", Wish("start.call", "https://other.example/"), subscriptions, NOON)
    assert subscriptions.of_account("acme") == [made]


def test_accounts_and_dialects_do_not_meet(subscriptions: MemorySubscriptions) -> None:
    """Each has its own subscription for an event."""
    for account, dialect in [("acme", "vpbx"), ("other", "vpbx"), ("acme", "sprecord")]:
        subscribe(account, dialect, WISH, subscriptions, NOON)
    assert [len(subscriptions.of_account(account)) for account in ("acme", "other")] == [2, 1]


def test_a_change_replaces_all_but_the_number(subscriptions: MemorySubscriptions) -> None:
    """Address and authorisation are new, id, age and signing secret stay, and the version grows."""
    subscribe("acme", "vpbx", WISH, subscriptions, NOON)
    signed = sign_deliveries("acme", 1, subscriptions)
    changed = change_subscription("acme", "vpbx", Wish("start.call", "https://new.example/"), subscriptions)
    assert changed == a_subscription(url="https://new.example/", secret=signed.secret, version=3)
    assert subscriptions.get("acme", changed.key) == changed


def test_what_is_not_there_cannot_be_changed(subscriptions: MemorySubscriptions) -> None:
    """And nothing is made of it."""
    with pytest.raises(NotFound):
        change_subscription("acme", "vpbx", WISH, subscriptions)
    assert subscriptions.of_account("acme") == []


def test_signing_gives_a_new_secret_each_time(subscriptions: MemorySubscriptions) -> None:
    """The old one is gone."""
    subscribe("acme", "vpbx", WISH, subscriptions, NOON)
    secrets = {sign_deliveries("acme", 1, subscriptions).secret for _ in range(3)}
    assert len(secrets) == 3
    assert all(secret.startswith("whsec_") for secret in secrets)


@pytest.mark.parametrize(("account", "id_"), [("acme", 9), ("other", 1)])
def test_another_s_subscription_cannot_be_signed(subscriptions: MemorySubscriptions, account: str, id_: int) -> None:
    """Nor one that is not there."""
    subscribe("acme", "vpbx", WISH, subscriptions, NOON)
    with pytest.raises(NotFound):
        sign_deliveries(account, id_, subscriptions)


def test_credentials_are_not_shown() -> None:
    """An operator sees that there are some."""
    view = subscription_view(
        a_subscription(auth_type=AuthType.BODY, auth_string="sesame", auth_field="token", secret="whsec_sesame")
    )
    assert "sesame" not in str(view)
    assert (view["auth_type"], view["signed"]) == (AuthType.BODY, True)


def test_a_receiver_is_a_host_and_port() -> None:
    """Whatever the path, the letter case and the query."""
    receivers = {
        Subscription("acme", 1, "vpbx", "start.call", url, NOON).receiver
        for url in ("https://crm.example/a", "https://CRM.example/b?c=d", "https://crm.example")
    }
    assert receivers == {"https://crm.example"}
