"""Ports Accounts, Tokens, Sources and Extensions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.accounts.model import AuthScheme, SourceAuth
from switchboard.accounts.ports import Accounts, Extensions, Sources, Tokens
from switchboard.aws.accounts_table import AccountsTable
from switchboard.errors import Conflict
from tests.fakes.accounts import MemoryAccounts, MemoryExtensions, MemorySources, MemoryTokens
from tests.support.builders import NOON, a_source, a_token, an_account
from tests.support.stack import Stack
from tests.support.threads import at_once


@pytest.fixture
def table(request: pytest.FixtureRequest, kind: str) -> Any:
    """The real table, where the suite runs on it."""
    if kind == "memory":
        return None
    stack: Stack = request.getfixturevalue("stack")
    return AccountsTable(stack.dynamodb, stack.table("AccountsTable"))


@pytest.fixture
def accounts(table: Any) -> Accounts:
    return table.accounts if table else MemoryAccounts()


@pytest.fixture
def tokens(table: Any) -> Tokens:
    return table.tokens if table else MemoryTokens()


@pytest.fixture
def sources(table: Any) -> Sources:
    return table.sources if table else MemorySources()


@pytest.fixture
def extensions(table: Any) -> Extensions:
    return table.extensions if table else MemoryExtensions()


def test_an_account_comes_back_as_it_was_added(accounts: Accounts) -> None:
    """Every field of an account is kept."""
    account = an_account(name="Вектор", region="KZ", timezone="Asia/Almaty")
    accounts.add(account)
    assert accounts.get("acme") == account


def test_an_unknown_account_is_none(accounts: Accounts) -> None:
    """Nothing is found where nothing was added."""
    assert accounts.get("acme") is None


def test_an_account_id_is_taken_once(accounts: Accounts) -> None:
    """A second account of the same id is a conflict."""
    accounts.add(an_account())
    with pytest.raises(Conflict):
        accounts.add(an_account(name="Other"))


def test_the_first_of_two_accounts_of_an_id_stays(accounts: Accounts) -> None:
    """A refused account leaves the first as it was."""
    accounts.add(an_account(name="First"))
    at_once([lambda: accounts.add(an_account(name="Second"))])
    found = accounts.get("acme")
    assert found is not None
    assert found.name == "First"


def test_of_two_accounts_at_once_one_is_added(accounts: Accounts) -> None:
    """A race for an id has one winner and one conflict."""
    ends = at_once([lambda: accounts.add(an_account())] * 2)
    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "NoneType"]


def test_a_saved_account_replaces_the_old_one(accounts: Accounts) -> None:
    """A change is seen by the next reader."""
    accounts.add(an_account())
    accounts.save(an_account(name="Renamed"))
    assert accounts.get("acme") == an_account(name="Renamed")


def test_an_account_that_is_not_there_cannot_be_saved(accounts: Accounts) -> None:
    """Saving never makes an account."""
    with pytest.raises(Conflict):
        accounts.save(an_account())


def test_all_accounts_are_listed_by_id(accounts: Accounts) -> None:
    """The list is in the order of ids and holds nothing else."""
    for id_ in ("zeta", "acme", "mid"):
        accounts.add(an_account(id_))
    assert [account.id for account in accounts.all()] == ["acme", "mid", "zeta"]


def test_there_may_be_no_accounts(accounts: Accounts) -> None:
    """The list of a new hub is empty."""
    assert accounts.all() == []


def test_a_token_is_found_by_its_digest(tokens: Tokens) -> None:
    """Every field of a token is kept."""
    token = a_token("one", workspace="acme")
    tokens.add(token)
    assert tokens.by_digest(token.digest) == token


def test_an_unknown_digest_is_none(tokens: Tokens) -> None:
    """A text that nobody issued is nobody's token."""
    assert tokens.by_digest("0" * 64) is None


def test_a_revoked_token_says_so_to_the_next_reader(tokens: Tokens) -> None:
    """Revocation is seen by the next read of the digest."""
    token = a_token("one")
    tokens.add(token)
    tokens.save(replace(token, revoked_at=NOON))
    found = tokens.by_digest(token.digest)
    assert found is not None
    assert found.revoked_at == NOON


def test_tokens_are_listed_by_age_within_their_account(tokens: Tokens) -> None:
    """An account sees its own tokens, the oldest first."""
    young = a_token("young", created_at=NOON + timedelta(minutes=1))
    old = a_token("old")
    for token in (young, old, a_token("foreign", account="other")):
        tokens.add(token)
    assert tokens.of_account("acme") == [old, young]


def test_the_same_text_is_issued_once(tokens: Tokens) -> None:
    """A second token of the same digest is a conflict."""
    tokens.add(a_token("one"))
    with pytest.raises(Conflict):
        tokens.add(a_token("one", account="other"))


def test_a_source_comes_back_as_it_was_added(sources: Sources) -> None:
    """Every field of a source is kept, its credentials' digest among them."""
    auth = SourceAuth(AuthScheme.BODY, "d" * 64, "key")
    source = a_source(auth=auth, region="KZ", timezone="Asia/Almaty", verification="json")
    sources.add(source)
    assert sources.get("s-office") == source


def test_sources_are_listed_within_their_account(sources: Sources) -> None:
    """An account sees its own sources, the oldest first."""
    young = a_source("s-a", created_at=NOON + timedelta(minutes=1))
    old = a_source("s-b")
    for source in (young, old, a_source("s-c", account="other")):
        sources.add(source)
    assert sources.of_account("acme") == [old, young]


def test_a_removed_source_is_gone(sources: Sources) -> None:
    """Nothing is found at the address of a source that was removed."""
    sources.add(a_source())
    sources.remove("s-office")
    assert (sources.get("s-office"), sources.of_account("acme")) == (None, [])


def test_removing_a_source_twice_is_no_error(sources: Sources) -> None:
    """Two removals at once both succeed."""
    sources.add(a_source())
    sources.remove("s-office")
    sources.remove("s-office")
    assert sources.get("s-office") is None


def test_a_removed_source_cannot_be_saved(sources: Sources) -> None:
    """A change that comes after the removal does not bring the source back."""
    sources.add(a_source())
    sources.remove("s-office")
    with pytest.raises(Conflict):
        sources.save(a_source(name="back"))


def test_extensions_are_numbered_within_their_account(extensions: Extensions) -> None:
    """Ids count from one in every account."""
    made = [
        extensions.add("acme", "101", "Anna"),
        extensions.add("acme", "102", ""),
        extensions.add("other", "101", ""),
    ]
    assert [extension.id for extension in made] == [1, 2, 1]


def test_extensions_are_listed_by_id(extensions: Extensions) -> None:
    """The list is in the order in which extensions were added, whatever their numbers."""
    for number in ("900", "101", "0015"):
        extensions.add("acme", number, "")
    assert [extension.number for extension in extensions.of_account("acme")] == ["900", "101", "0015"]


def test_an_extension_is_seen_by_its_account_alone(extensions: Extensions) -> None:
    """No account sees another's extensions."""
    extensions.add("acme", "101", "")
    assert extensions.of_account("other") == []


def test_an_extension_number_is_taken_once(extensions: Extensions) -> None:
    """A second extension of the same number is a conflict."""
    extensions.add("acme", "101", "")
    with pytest.raises(Conflict):
        extensions.add("acme", "101", "again")


def test_of_two_extensions_at_once_one_is_added(extensions: Extensions) -> None:
    """A race for a number has one winner."""
    ends = at_once([lambda: extensions.add("acme", "101", "")] * 2)
    assert [isinstance(end, Conflict) for end in ends].count(True) == 1
    assert len(extensions.of_account("acme")) == 1


def test_removing_an_extension_tells_whether_there_was_one(extensions: Extensions) -> None:
    """The first removal finds it, the second does not."""
    extensions.add("acme", "101", "")
    assert (extensions.remove("acme", "101"), extensions.remove("acme", "101")) == (True, False)


def test_an_id_is_never_given_twice(extensions: Extensions) -> None:
    """A new extension does not get the id of one that was removed."""
    first = extensions.add("acme", "101", "")
    extensions.remove("acme", "101")
    assert extensions.add("acme", "101", "").id > first.id
