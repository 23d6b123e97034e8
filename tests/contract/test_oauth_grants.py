"""Port OAuthGrants."""

from dataclasses import replace
from functools import partial

import pytest

from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.connectors import ConnectorRows
from switchboard.aws.oauth_grants import OAuthGrantRows
from switchboard.crm.oauth.model import GrantState, OAuthGrant
from switchboard.crm.oauth.ports import OAuthGrants
from switchboard.errors import Conflict
from tests.fakes.oauth import MemoryOAuthGrants
from tests.support.builders import NOON
from tests.support.stack import Stack
from tests.support.threads import at_once

ONE = OAuthGrant(
    "acme", "7", "id", "sealed-1", "https://hub.example/", "https://crm.example", "sealed-2", "sealed-3", NOON, 4, NOON,
    NOON, None, NOON, "Ж", "https://api.example", "m-1",
)  # fmt: skip


@pytest.fixture
def grants(request: pytest.FixtureRequest, kind: str) -> OAuthGrants:
    if kind == "memory":
        return MemoryOAuthGrants()
    stack: Stack = request.getfixturevalue("stack")
    return OAuthGrantRows(AccountsTable(stack.dynamodb, stack.table("CommunicationsTable")))


def test_a_grant_comes_back_as_it_was_saved(grants: OAuthGrants) -> None:
    """Every field, with the next version; no other account and no other connector has it."""
    kept = grants.save(ONE)
    assert grants.get("acme", "7") == replace(ONE, version=1) == kept
    assert (grants.get("other", "7"), grants.get("acme", "8"), grants.get("", "")) == (None, None, None)


def test_each_version_is_saved_on_the_one_before(grants: OAuthGrants) -> None:
    """A save on another version raises Conflict: of two workers that renew, one has the lease."""
    first = grants.save(ONE)
    second = grants.save(replace(first, lost_at=NOON))
    for late in (ONE, first):
        with pytest.raises(Conflict):
            grants.save(late)
    assert (grants.get("acme", "7"), second.version, second.state) == (second, 2, GrantState.LOST)


def test_of_several_that_take_the_lease_at_once_one_has_it(grants: OAuthGrants) -> None:
    """The others get Conflict."""
    kept = grants.save(ONE)
    ends = at_once([partial(grants.save, replace(kept, trouble=f"{one}")) for one in range(4)])
    assert sorted(type(end).__name__ for end in ends) == ["Conflict"] * 3 + ["OAuthGrant"]


def test_a_removed_grant_is_not_brought_back(grants: OAuthGrants) -> None:
    """Not by a worker that renews; a second removal is no error."""
    kept = grants.save(ONE)
    for _ in range(2):
        grants.remove("acme", "7")
    with pytest.raises(Conflict):
        grants.save(kept)
    assert grants.get("acme", "7") is None


def test_a_grant_is_no_connector(request: pytest.FixtureRequest, kind: str, grants: OAuthGrants) -> None:
    """The list of an account's connectors leaves grants out."""
    grants.save(ONE)
    if kind != "memory":
        stack: Stack = request.getfixturevalue("stack")
        table = AccountsTable(stack.dynamodb, stack.table("CommunicationsTable"))
        assert ConnectorRows(table).of_account("acme") == []
