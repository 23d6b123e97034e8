from __future__ import annotations

from datetime import timedelta

import pytest

from switchboard.errors import Sealed
from switchboard.kernel.last_known import LastKnown
from switchboard.subscriptions.credentials import AGES, KEEP_SECONDS, CredentialOpener
from switchboard.subscriptions.model import DeliveryCredentials, Subscription
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON, a_subscription

DAY = timedelta(days=1)


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


def sealed(vault: MemoryVault, **secrets: str) -> Subscription:
    """A subscription with these secrets, and an old secret that signs for a day."""
    kept = {name: vault.seal("acme", secret) for name, secret in secrets.items()}
    return a_subscription(**kept, old_secret_until=NOON + DAY if "old_secret" in kept else None)


def test_credentials_are_opened(vault: MemoryVault) -> None:
    """The credentials and the signing secret."""
    found = CredentialOpener(vault).of(sealed(vault, auth_string="login:password", secret="new"), NOON)
    assert found == DeliveryCredentials("login:password", ("new",))


def test_what_is_not_there_is_not_opened(vault: MemoryVault) -> None:
    """A subscription without secrets does not ask the vault."""
    assert CredentialOpener(vault).of(a_subscription(), NOON) == DeliveryCredentials("", ())
    assert vault.opened == 0


@pytest.mark.parametrize(
    ("at", "secrets"),
    [
        (NOON, ("new", "old")),
        (NOON + DAY - timedelta(microseconds=1), ("new", "old")),
        (NOON + DAY, ("new",)),
        (NOON + 2 * DAY, ("new",)),
    ],
)
def test_an_old_secret_signs_until_its_time(vault: MemoryVault, at: object, secrets: tuple[str, ...]) -> None:
    """The new secret comes first, and is alone after a day."""
    found = CredentialOpener(vault).of(sealed(vault, secret="new", old_secret="old"), at)  # type: ignore[arg-type]
    assert found.secrets == secrets


def test_what_was_opened_is_remembered(vault: MemoryVault) -> None:
    """A thousand deliveries open the secret once."""
    credentials, subscription = CredentialOpener(vault), sealed(vault, auth_string="a:b", secret="new")
    for _ in range(1000):
        credentials.of(subscription, NOON)
    assert vault.opened == 2


def test_what_was_opened_is_forgotten_after_five_minutes(vault: MemoryVault) -> None:
    """The cache keeps a secret for five minutes of the process's clock."""
    now = [0.0]
    credentials, subscription = CredentialOpener(vault), sealed(vault, secret="new")
    credentials._open = LastKnown(10, AGES, timer=lambda: now[0])
    for now[0] in (0.0, 299.0, 300.0):
        credentials.of(subscription, NOON)
    assert (vault.opened, KEEP_SECONDS) == (2, 300)


def test_a_new_secret_is_not_taken_for_the_old_one(vault: MemoryVault) -> None:
    """The key of the cache is the sealed secret."""
    credentials = CredentialOpener(vault)
    found = [credentials.of(sealed(vault, secret=secret), NOON).secrets for secret in ("one", "two", "one")]
    assert found == [("one",), ("two",), ("one",)]


def test_what_one_account_sealed_opens_for_no_other(vault: MemoryVault) -> None:
    """The cache does not open it either."""
    credentials = CredentialOpener(vault)
    subscription = sealed(vault, secret="new")
    credentials.of(subscription, NOON)
    with pytest.raises(Sealed):
        credentials.of(a_subscription(account="other", secret=subscription.secret), NOON)
