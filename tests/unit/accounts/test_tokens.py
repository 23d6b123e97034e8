from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from switchboard.accounts.contracts import token_view
from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import Token
from switchboard.accounts.tokens import DEFAULT_LIFE, Authenticator, TokenForm, TokenRequest, issue_token, revoke_token
from switchboard.errors import Invalid, NotFound, Unauthorized
from tests.fakes.accounts import MemoryAccounts, MemoryTokens
from tests.support.builders import NOON, a_token, an_account


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts() -> MemoryAccounts:
    kept = MemoryAccounts()
    kept.add(an_account())
    return kept


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


FORMS = {"vpbx": TokenForm(), "cato": TokenForm(), "kontur": TokenForm(workspaces=True)}


def refusal(authenticator: Authenticator, text: str = "token-text", kind: str = "vpbx") -> str:
    with pytest.raises(Unauthorized) as caught:
        authenticator.account_of(text, kind)
    return caught.value.message


def test_a_token_is_kept_as_a_digest(accounts: MemoryAccounts, tokens: MemoryTokens) -> None:
    """The stored token does not hold the text."""
    token, text = issue_token(TokenRequest("acme", "cato", "crm"), FORMS, accounts, tokens, NOON)
    assert tokens.of_account("acme") == [token]
    assert token.digest == digest_of(text)
    assert text not in repr(token)


def test_a_token_lives_ten_years_unless_told_otherwise(accounts: MemoryAccounts, tokens: MemoryTokens) -> None:
    """A request may name another time."""
    asked = [None, NOON + timedelta(hours=1)]
    made = [issue_token(TokenRequest("acme", "cato", "crm", at), FORMS, accounts, tokens, NOON)[0] for at in asked]
    assert [token.expires_at for token in made] == [NOON + DEFAULT_LIFE, NOON + timedelta(hours=1)]


def test_a_kind_may_have_a_text_of_its_own(accounts: MemoryAccounts, tokens: MemoryTokens) -> None:
    """The kind makes the text from the token; the token is found by the digest of the text."""
    request = TokenRequest("acme", "vpbx", "crm")
    forms = {"vpbx": TokenForm(write=lambda new: f"jwt of {new.id}")}
    token, text = issue_token(request, forms, accounts, tokens, NOON)
    assert text == f"jwt of {token.id}"
    assert tokens.by_digest(digest_of(text)) == token


@pytest.mark.parametrize("kind", FORMS)
def test_only_some_apis_have_workspaces(accounts: MemoryAccounts, tokens: MemoryTokens, kind: str) -> None:
    """The workspace of such a token is the account."""
    token, _ = issue_token(TokenRequest("acme", kind, ""), FORMS, accounts, tokens, NOON)
    assert token.workspace == ("acme" if kind == "kontur" else "")
    assert ("workspace" in token_view(token)) == (kind == "kontur")


def test_a_kind_that_no_api_has_gets_no_token(accounts: MemoryAccounts, tokens: MemoryTokens) -> None:
    """The error names the field `kind`, and no token is stored."""
    with pytest.raises(Invalid) as caught:
        issue_token(TokenRequest("acme", "fax", ""), FORMS, accounts, tokens, NOON)
    assert caught.value.field == "kind"
    assert tokens.of_account("acme") == []


def test_an_unknown_account_gets_no_token(accounts: MemoryAccounts, tokens: MemoryTokens) -> None:
    """No token is stored."""
    with pytest.raises(NotFound):
        issue_token(TokenRequest("nobody", "vpbx", ""), FORMS, accounts, tokens, NOON)
    assert tokens.of_account("nobody") == []


def test_a_digest_is_not_shown(accounts: MemoryAccounts, tokens: MemoryTokens) -> None:
    """The view has all other fields."""
    token, text = issue_token(TokenRequest("acme", "vpbx", "crm"), FORMS, accounts, tokens, NOON)
    view = token_view(token)
    assert "digest" not in view
    assert text not in str(view)


def test_revoking_twice_changes_nothing(tokens: MemoryTokens) -> None:
    """The first time of revocation stays."""
    tokens.add(a_token())
    for minutes in (1, 2):
        revoke_token("t-token-text", ["acme"], tokens, NOON + timedelta(minutes=minutes))
    assert tokens.of_account("acme")[0].revoked_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("id_", "accounts"), [("t-unknown", ["acme"]), ("t-token-text", ["other"]), ("t-token-text", [])]
)
def test_another_s_token_cannot_be_revoked(tokens: MemoryTokens, id_: str, accounts: list[str]) -> None:
    """An unknown token cannot be revoked either."""
    tokens.add(a_token())
    with pytest.raises(NotFound):
        revoke_token(id_, accounts, tokens, NOON)
    assert tokens.of_account("acme")[0].revoked_at is None


def test_a_good_token_stands_for_its_account(tokens: MemoryTokens, clock: Clock) -> None:
    """The token belongs to no other account."""
    tokens.add(a_token("one", account="acme"))
    tokens.add(a_token("two", account="other"))
    authenticator = Authenticator(tokens, clock)
    assert [authenticator.account_of(text, "vpbx") for text in ("one", "two")] == ["acme", "other"]


@pytest.mark.parametrize("text", ["", "token-tex", "token-text "])
def test_a_token_that_nobody_issued_is_not_known(tokens: MemoryTokens, clock: Clock, text: str) -> None:
    """A text that differs in one character is unknown."""
    tokens.add(a_token())
    assert refusal(Authenticator(tokens, clock), text) == "The token is not known."


def test_a_token_opens_one_api_only(tokens: MemoryTokens, clock: Clock) -> None:
    """The cache checks the kind too."""
    tokens.add(a_token())
    authenticator = Authenticator(tokens, clock)
    authenticator.account_of("token-text", "vpbx")
    assert refusal(authenticator, kind="cato") == "The token is not known."


def test_a_token_ends_when_it_expires(tokens: MemoryTokens, clock: Clock) -> None:
    """The cache checks the time of expiry too."""
    tokens.add(a_token(expires_at=NOON + timedelta(seconds=10)))
    authenticator = Authenticator(tokens, clock)
    clock.forward(9)
    assert authenticator.account_of("token-text", "vpbx") == "acme"
    clock.forward(1)
    assert refusal(authenticator) == "The token has expired."


def test_a_revoked_token_is_refused(tokens: MemoryTokens, clock: Clock) -> None:
    """The error says that the token was revoked, even if it has also expired."""
    tokens.add(a_token(revoked_at=NOON, expires_at=NOON))
    assert refusal(Authenticator(tokens, clock)) == "The token has been revoked."


def test_revocation_is_seen_within_half_a_minute(tokens: MemoryTokens, clock: Clock) -> None:
    """Using the token does not prolong its time in the cache."""
    tokens.add(a_token())
    authenticator = Authenticator(tokens, clock)
    authenticator.account_of("token-text", "vpbx")
    revoke_token("t-token-text", ["acme"], tokens, clock())
    for _ in range(29):
        clock.forward(1)
        authenticator.account_of("token-text", "vpbx")
    clock.forward(1.5)
    assert refusal(authenticator) == "The token has been revoked."


def test_a_new_token_is_good_at_once(tokens: MemoryTokens, clock: Clock) -> None:
    """The cache does not remember an unknown token."""
    authenticator = Authenticator(tokens, clock)
    refusal(authenticator)
    tokens.add(a_token())
    assert authenticator.account_of("token-text", "vpbx") == "acme"


class Counted(MemoryTokens):
    """Tokens that count reads."""

    reads = 0

    def by_digest(self, digest: str) -> Token | None:
        self.reads += 1
        return super().by_digest(digest)


def test_a_good_token_is_read_once_in_half_a_minute(clock: Clock) -> None:
    """The cache saves the other reads."""
    tokens = Counted()
    tokens.add(a_token(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    authenticator = Authenticator(tokens, clock)
    for _ in range(5):
        authenticator.account_of("token-text", "vpbx")
    assert tokens.reads == 1
