from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.subscriptions.contracts import read_change, subscription_view
from switchboard.subscriptions.credentials import CredentialOpener
from switchboard.subscriptions.model import AuthType, Subscription
from switchboard.subscriptions.subscribe import SubscriptionManager, SubscriptionRequest, find_subscription
from tests.fakes.subscriptions import MemorySubscriptions
from tests.fakes.vault import MemoryTargets, MemoryVault
from tests.support.builders import NOON, a_subscription

REQUEST = SubscriptionRequest("start.call", "https://crm.example/calls", AuthType.BASIC, "login:password")
PRIVATE = "https://intranet.example/"


class Office:
    """A manager of subscriptions, its subscriptions and a clock."""

    def __init__(self) -> None:
        self.subscriptions, self.vault, self.now = MemorySubscriptions(), MemoryVault(), NOON
        self.manager = SubscriptionManager(self.subscriptions, self.vault, MemoryTargets(PRIVATE), self.clock)

    def clock(self) -> datetime:
        return self.now

    def opened(self, subscription: Subscription) -> tuple[str, tuple[str, ...]]:
        found = CredentialOpener(self.vault).of(subscription, self.now)
        return found.auth_string, found.secrets


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_wish_becomes_a_subscription(office: Office) -> None:
    """The subscription has a new id, and its credentials are sealed."""
    made = office.manager.subscribe("acme", "vpbx", REQUEST)
    assert replace(made, auth_string="") == a_subscription(url=REQUEST.url, auth_type=AuthType.BASIC)
    assert find_subscription("acme", "vpbx", "start.call", office.subscriptions) == made
    assert "password" not in str(made)
    assert office.opened(made) == ("login:password", ())


def test_a_second_wish_for_an_event_is_a_conflict(office: Office) -> None:
    """The first subscription stays as it is."""
    made = office.manager.subscribe("acme", "vpbx", REQUEST)
    with pytest.raises(Conflict):
        office.manager.subscribe("acme", "vpbx", SubscriptionRequest("start.call", "https://other.example/"))
    assert office.subscriptions.of_account("acme") == [made]


def test_a_disabled_subscription_makes_room(office: Office) -> None:
    """The new subscription has another id, so that it gets no old deliveries."""
    made = office.manager.subscribe("acme", "vpbx", REQUEST)
    office.subscriptions.save(replace(made, disabled="gone", disabled_at=NOON, version=2))
    again = office.manager.subscribe("acme", "vpbx", SubscriptionRequest("start.call", "https://new.example/"))
    assert (again.id, again.disabled, again.version) == (2, "", 3)
    assert office.subscriptions.of_account("acme") == [again]


def test_accounts_and_dialects_do_not_meet(office: Office) -> None:
    """Each has its own subscription for an event."""
    for account, dialect in [("acme", "vpbx"), ("other", "vpbx"), ("acme", "sprecord")]:
        office.manager.subscribe(account, dialect, REQUEST)
    assert [len(office.subscriptions.of_account(account)) for account in ("acme", "other")] == [2, 1]


@pytest.mark.parametrize("verb", ["subscribe", "change"])
def test_a_receiver_that_may_not_be_reached_is_refused(office: Office, verb: str) -> None:
    """Subscribing and changing raise Invalid, and store nothing."""
    office.manager.subscribe("acme", "vpbx", REQUEST)
    before = office.subscriptions.of_account("acme")
    name = "end.call" if verb == "subscribe" else "start.call"
    with pytest.raises(Invalid) as caught:
        getattr(office.manager, verb)("acme", "vpbx", SubscriptionRequest(name, PRIVATE))
    assert (caught.value.field, office.subscriptions.of_account("acme")) == ("webhook_url", before)


def test_a_change_replaces_all_but_the_number(office: Office) -> None:
    """Address and credentials change; id, creation time and secret stay, and the version grows."""
    office.manager.subscribe("acme", "vpbx", REQUEST)
    signed, _ = office.manager.sign("acme", 1)
    changed = office.manager.change("acme", "vpbx", SubscriptionRequest("start.call", "https://new.example/"))
    assert changed == a_subscription(url="https://new.example/", secret=signed.secret, version=3)
    assert office.subscriptions.get("acme", changed.key) == changed


def test_credentials_that_are_not_named_stay(office: Office) -> None:
    """They stay sealed."""
    made = office.manager.subscribe("acme", "vpbx", REQUEST)
    changed = office.manager.change("acme", "vpbx", replace(REQUEST, url=f"{REQUEST.url}new", auth_string=None))
    assert changed.auth_string == made.auth_string
    assert office.opened(changed) == ("login:password", ())


def test_a_change_brings_a_disabled_subscription_back(office: Office) -> None:
    """Naming a receiver again enables the subscription."""
    made = office.manager.subscribe("acme", "vpbx", REQUEST)
    office.subscriptions.save(replace(made, disabled="gone", disabled_at=NOON, version=2))
    changed = office.manager.change("acme", "vpbx", REQUEST)
    assert (changed.disabled, changed.disabled_at, changed.id) == ("", None, made.id)


def test_what_is_not_there_cannot_be_changed(office: Office) -> None:
    """Nothing is stored."""
    with pytest.raises(NotFound):
        office.manager.change("acme", "vpbx", REQUEST)
    assert office.subscriptions.of_account("acme") == []


def test_a_signing_secret_is_shown_once(office: Office) -> None:
    """The answer has the secret; the stored one is sealed."""
    office.manager.subscribe("acme", "vpbx", REQUEST)
    signed, secret = office.manager.sign("acme", 1)
    assert secret.startswith("whsec_")
    assert secret not in str(signed)
    assert office.opened(signed)[1] == (secret,)


def test_a_new_secret_and_the_old_one_sign_for_a_day(office: Office) -> None:
    """Then the new secret signs alone."""
    office.manager.subscribe("acme", "vpbx", REQUEST)
    old = office.manager.sign("acme", 1)[1]
    office.now += timedelta(hours=5)
    signed, new = office.manager.sign("acme", 1)
    found = {}
    for hours in (0, 23, 24):
        office.now = NOON + timedelta(hours=5 + hours)
        found[hours] = office.opened(signed)[1]
    assert found == {0: (new, old), 23: (new, old), 24: (new,)}


def test_of_three_secrets_the_last_two_sign(office: Office) -> None:
    """The oldest secret does not sign any more."""
    office.manager.subscribe("acme", "vpbx", REQUEST)
    secrets = [office.manager.sign("acme", 1)[1] for _ in range(3)]
    (kept,) = office.subscriptions.of_account("acme")
    assert office.opened(kept)[1] == (secrets[2], secrets[1])


@pytest.mark.parametrize(("account", "id_"), [("acme", 9), ("other", 1)])
def test_another_s_subscription_cannot_be_signed(office: Office, account: str, id_: int) -> None:
    """An unknown subscription cannot be signed either."""
    office.manager.subscribe("acme", "vpbx", REQUEST)
    with pytest.raises(NotFound):
        office.manager.sign(account, id_)


def test_an_operator_sets_a_time_of_its_own(office: Office) -> None:
    """Only the time-out changes."""
    made = office.manager.subscribe("acme", "vpbx", REQUEST)
    changed = office.manager.adjust("acme", 1, timeout=30, active=False)
    assert changed == replace(made, timeout=30, version=2)


def test_an_operator_enables_what_was_disabled(office: Office) -> None:
    """The time-out stays."""
    made = office.manager.subscribe("acme", "vpbx", REQUEST)
    off = replace(made, disabled="gone", disabled_at=NOON, timeout=5.0, version=2)
    office.subscriptions.save(off)
    assert office.manager.adjust("acme", 1, timeout=None, active=True) == replace(made, timeout=5.0, version=3)


@pytest.mark.parametrize(
    "fields", [{"timeout": -1}, {"timeout": 31}, {"timeout": "x"}, {"state": "disabled"}, {"state": 1}]
)
def test_a_change_that_is_none_is_refused(fields: dict[str, object]) -> None:
    """The error names the field."""
    with pytest.raises(Invalid) as caught:
        read_change(fields)
    assert caught.value.field in fields


def test_credentials_are_not_shown() -> None:
    """The view says that there are credentials."""
    view = subscription_view(
        a_subscription(
            auth_type=AuthType.BODY,
            auth_string="sesame",
            auth_field="token",
            secret="whsec_sesame",
            old_secret="sesame-2",
        )
    )
    assert "sesame" not in str(view)
    assert (view["auth_type"], view["signed"]) == (AuthType.BODY, True)


def test_a_disabled_subscription_is_shown_with_its_reason() -> None:
    """The view has the time and the reason."""
    view = subscription_view(a_subscription(disabled="the receiver answered 410 Gone", disabled_at=NOON))
    assert (view["state"], view["reason"], view["disabled_at"]) == ("disabled", "the receiver answered 410 Gone", NOON)


def test_a_receiver_is_a_host_and_port() -> None:
    """Path, letter case and query do not matter."""
    receivers = {
        Subscription("acme", 1, "vpbx", "start.call", url, NOON).receiver
        for url in ("https://crm.example/a", "https://CRM.example/b?c=d", "https://crm.example")
    }
    assert receivers == {"https://crm.example"}
