"""Ports Upstreams and Routings."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.accounts.upstream.model import EventSubscription, SubscriptionState, UpstreamState
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.routings import RoutingRows
from switchboard.aws.upstreams import UpstreamRows
from switchboard.errors import Conflict
from switchboard.routing.model import Routing, Rule
from switchboard.routing.ports import Routings
from tests.fakes.routing import MemoryRoutings
from tests.fakes.upstreams import MemoryUpstreams
from tests.support.builders import NOON, an_upstream
from tests.support.stack import Stack
from tests.support.threads import at_once

RULES = Routing("acme", (Rule(("+79161234567", "+7351*"), "104"), Rule(days=30)), "101")


@pytest.fixture
def table(request: pytest.FixtureRequest, kind: str) -> Any:
    """The real table, if the suite runs on it."""
    if kind == "memory":
        return None
    stack: Stack = request.getfixturevalue("stack")
    return AccountsTable(stack.dynamodb, stack.table("AccountsTable"))


@pytest.fixture
def upstreams(table: Any) -> Upstreams:
    return UpstreamRows(table) if table else MemoryUpstreams()


@pytest.fixture
def routings(table: Any) -> Routings:
    return RoutingRows(table) if table else MemoryRoutings()


def test_an_upstream_comes_back_as_it_was_added(upstreams: Upstreams) -> None:
    """Every field."""
    taken = EventSubscription(SubscriptionState.TAKEN, reason="told elsewhere")
    events = {"start.call": EventSubscription(SubscriptionState.SUBSCRIBED, "79"), "end.call": taken}
    one = an_upstream(state=UpstreamState.PARTIAL, checked_at=NOON, events=events, spelling=("event", "aplication"))
    upstreams.add(one)
    assert upstreams.get("s-office") == one


def test_a_source_has_one_upstream(upstreams: Upstreams) -> None:
    """Of two inserts at once one raises Conflict."""
    ends = at_once([lambda: upstreams.add(an_upstream())] * 2)
    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "NoneType"]


def test_a_saved_upstream_replaces_the_old_one(upstreams: Upstreams) -> None:
    """The next read returns the new version."""
    upstreams.add(an_upstream())
    changed = an_upstream(state=UpstreamState.FORBIDDEN)
    kept = upstreams.save(changed)
    assert upstreams.get("s-office") == replace(changed, version=1) == kept


def test_what_was_read_before_does_not_replace_what_was_saved_since(upstreams: Upstreams) -> None:
    """An old version cannot be removed either."""
    upstreams.add(an_upstream())
    newer = upstreams.save(an_upstream(token="newer-token"))
    for late in (upstreams.save, upstreams.remove):
        with pytest.raises(Conflict):
            late(an_upstream())
    assert upstreams.get("s-office") == newer
    upstreams.remove(newer)
    assert upstreams.get("s-office") is None


def test_of_two_that_save_at_once_one_is_kept(upstreams: Upstreams) -> None:
    """The other raises Conflict."""
    upstreams.add(an_upstream())
    ends = at_once([lambda: upstreams.save(an_upstream())] * 2)
    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "Upstream"]


def test_a_removed_upstream_is_not_brought_back(upstreams: Upstreams) -> None:
    """Not by a check that began earlier."""
    upstreams.add(an_upstream())
    upstreams.remove(an_upstream())
    upstreams.remove(an_upstream())
    with pytest.raises(Conflict):
        upstreams.save(an_upstream())
    assert (upstreams.get("s-office"), upstreams.all()) == (None, [])


def test_the_longest_unchecked_comes_first(upstreams: Upstreams) -> None:
    """Of all accounts."""
    for id_, account, minutes in (("s-a", "acme", 3), ("s-b", "other", 1), ("s-c", "acme", 2)):
        one = an_upstream(source=id_, account=account, checked_at=NOON + timedelta(minutes=minutes))
        upstreams.add(one)
    assert [one.source for one in upstreams.all()] == ["s-b", "s-c", "s-a"]


@pytest.mark.parametrize("source", ["", "s-unknown", "x" * 5000])
def test_what_is_not_connected_has_no_upstream(upstreams: Upstreams, source: str) -> None:
    """For an id of any length."""
    assert upstreams.get(source) is None


def test_rules_come_back_as_they_were_kept(routings: Routings) -> None:
    """Within their account."""
    routings.save(RULES)
    assert (routings.get("acme"), routings.get("other")) == (RULES, None)


def test_rules_replace_those_before(routings: Routings) -> None:
    """All of them."""
    routings.save(RULES)
    routings.save(replace(RULES, rules=(), default="104"))
    assert routings.get("acme") == Routing("acme", (), "104")


def test_removed_rules_are_gone(routings: Routings) -> None:
    """A second removal is no error."""
    routings.save(RULES)
    routings.remove("acme")
    routings.remove("acme")
    assert routings.get("acme") is None


def test_neither_stands_among_an_accounts_sources_and_extensions(stack: Stack) -> None:
    """They share a table."""
    table = AccountsTable(stack.dynamodb, stack.table("AccountsTable"))
    UpstreamRows(table).add(an_upstream())
    RoutingRows(table).save(RULES)
    assert (table.sources.of_account("acme"), table.extensions.of_account("acme"), table.accounts.all()) == ([], [], [])
