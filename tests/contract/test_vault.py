"""Port Vault."""

import pytest

from switchboard.aws.vault import KmsVault
from switchboard.errors import Sealed
from switchboard.subscriptions.model import AuthType
from switchboard.subscriptions.subscribe import SubscriptionManager, SubscriptionRequest
from switchboard.vault import Vault, receiver_auth, receiver_signing
from tests.fakes.subscriptions import MemorySubscriptions
from tests.fakes.vault import MemoryTargets, MemoryVault
from tests.support.builders import NOON
from tests.support.stack import Stack


@pytest.fixture
def vault(request: pytest.FixtureRequest, kind: str) -> Vault:
    if kind == "memory":
        return MemoryVault()
    stack: Stack = request.getfixturevalue("stack")
    return KmsVault(stack.clients.kms, stack.refs["SecretsKey"])


@pytest.mark.parametrize("secret", ["login:password", "пароль", "x" * 4096, "a\nb", "\x00"])
def test_what_is_sealed_opens_again(vault: Vault, secret: str) -> None:
    """Any text up to 4 KiB."""
    assert vault.open("acme", vault.seal("acme", secret)) == secret


def test_what_is_sealed_cannot_be_read(vault: Vault) -> None:
    """The result is text that can be stored, and does not hold the secret."""
    sealed = vault.seal("acme", "open sesame")
    assert sealed.isascii()
    assert "sesame" not in sealed


def test_another_accounts_secret_does_not_open(vault: Vault) -> None:
    """Although the key is the same."""
    sealed = vault.seal("acme", "open sesame")
    with pytest.raises(Sealed):
        vault.open("other", sealed)


def test_a_secret_opens_for_its_purpose_and_row_alone(vault: Vault) -> None:
    """Whoever can write rows cannot have a secret sent to another receiver."""
    sealed = vault.seal("acme", "open sesame", receiver_auth(3))
    assert vault.open("acme", sealed, receiver_auth(3)) == "open sesame"
    places = (receiver_auth(4), receiver_signing(3), "")
    for account, place in (*(("acme", place) for place in places), ("other", receiver_auth(3))):
        with pytest.raises(Sealed):
            vault.open(account, sealed, place)


def test_a_secret_of_an_earlier_release_opens(vault: Vault) -> None:
    """It was sealed for its account, without a place."""
    assert vault.open("acme", vault.seal("acme", "open sesame"), receiver_auth(3)) == "open sesame"


@pytest.mark.parametrize("sealed", ["bm9uc2Vuc2U=", "no base64", "ё"])
def test_what_was_never_sealed_does_not_open(vault: Vault, sealed: str) -> None:
    """Opening raises Sealed."""
    with pytest.raises(Sealed):
        vault.open("acme", sealed)


def test_credentials_stand_in_no_subscription(vault: Vault) -> None:
    """Neither the credentials nor the signing secrets, old and new."""
    subscriptions = MemorySubscriptions()
    desk = SubscriptionManager(subscriptions, vault, MemoryTargets(), lambda: NOON)
    desk.subscribe(
        "acme", "vpbx", SubscriptionRequest("start.call", "https://crm.example/", AuthType.BASIC, "login:sesame")
    )
    secrets = [desk.sign("acme", 1)[1] for _ in range(2)]
    kept = str(subscriptions.of_account("acme"))
    assert not any(secret in kept for secret in ["sesame", *secrets])
