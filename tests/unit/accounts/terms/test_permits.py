"""The limits of an account, and how its operator sets them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.accounts.model import AccountLimits
from switchboard.accounts.terms.contracts import read_account, read_account_change
from switchboard.accounts.terms.permits import Permits
from switchboard.errors import Forbidden, Invalid, TooMany
from tests.fakes.source_activity import MemorySpending
from tests.support.builders import NOON, an_account

LIMITED = AccountLimits(originates_per_day=2, speech_characters_per_day=10, prefixes=("+44",))


class World:
    def __init__(self, limits: AccountLimits = LIMITED) -> None:
        self.now, self.rows = NOON, MemorySpending()
        account = an_account(limits=limits)
        found = {"acme": account}
        self.permits = Permits(found.get, self.rows, lambda: self.now)


def test_what_is_over_a_daily_limit_is_refused_until_the_next_day() -> None:
    """Each use has its own count."""
    world = World()
    for _ in range(2):
        world.permits.take_originate("acme")
        world.permits.take_speech("acme", 5)
    for take in (lambda: world.permits.take_originate("acme"), lambda: world.permits.take_speech("acme", 1)):
        with pytest.raises(TooMany):
            take()
    world.now += timedelta(days=1)
    world.permits.take_originate("acme")
    world.permits.take_speech("acme", 10)


def test_e_mail_and_dear_numbers_are_off_unless_the_operator_allows_them() -> None:
    """The message names no number."""
    world = World()
    world.permits.check_number("acme", "+447911123456")
    for refused in (
        lambda: world.permits.check_number("acme", "+4930123456"),
        lambda: world.permits.check_email("acme"),
    ):
        with pytest.raises(Forbidden) as caught:
            refused()
        assert "49" not in caught.value.message
    World(replace(LIMITED, email=True)).permits.check_email("acme")
    assert world.permits.may_call("nobody", "+4930123456")


def test_a_change_of_one_limit_keeps_the_others() -> None:
    """The limits of a new account are the usual ones, but for those that are given."""
    account = read_account({"id": "acme", "name": "A", "limits": {"email": True}}, NOON)
    assert account.limits == AccountLimits(email=True)
    changed = read_account_change({"limits": {"prefixes": ["+44", "+44", "+"]}}, account, NOON)
    assert changed.limits == AccountLimits(email=True, prefixes=("+44", "+"))
    assert read_account_change({"name": "B"}, changed, NOON).limits == changed.limits


BAD: list[tuple[Any, str]] = [
    ({"prefixes": ["44"]}, "limits.prefixes"),
    ({"prefixes": ["+44x"]}, "limits.prefixes"),
    ({"prefixes": "+44"}, "limits.prefixes"),
    ({"email": "yes"}, "limits.email"),
    ({"originates_per_day": -1}, "limits.originates_per_day"),
    ({"requests_per_second": 0}, "limits.requests_per_second"),
    ({"storage": 1}, "limits.storage"),
    (5, "limits"),
    (None, "limits"),
]


def test_a_limit_that_makes_no_sense_is_refused_by_its_name() -> None:
    """At a new account and at a change."""
    for limits, field in BAD:
        for read in (
            lambda limits=limits: read_account({"id": "acme", "name": "A", "limits": limits}, NOON),
            lambda limits=limits: read_account_change({"limits": limits}, an_account(), NOON),
        ):
            with pytest.raises(Invalid) as caught:
                read()
            assert caught.value.field == field, limits
