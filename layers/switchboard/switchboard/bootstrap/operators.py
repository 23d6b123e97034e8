"""Operators: who sends a request, and the list of operators."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import operator_token, previous_operator_token
from switchboard.bootstrap.adapters import accounts, operators, refused_logins

if TYPE_CHECKING:
    from switchboard.accounts.logins.hold_off import HoldOff
    from switchboard.accounts.operators.identify import IdentifyOperator
    from switchboard.accounts.operators.manage import ManageOperators


@cache
def identify_operator() -> IdentifyOperator:
    """Return what finds the operator of a token."""
    from switchboard.accounts.operators.identify import IdentifyOperator

    return IdentifyOperator(operators(), operator_token, settings.stack_operator_stays, now, previous_operator_token)


@cache
def hold_off() -> HoldOff:
    """Return what counts refused logins and holds their senders off."""
    from switchboard.accounts.logins.hold_off import HoldOff
    from switchboard.observability.access import login_not_counted, login_refused

    return HoldOff(refused_logins(), login_refused, login_not_counted, now)


def manage_operators() -> ManageOperators:
    """Return what changes the list of operators."""
    from switchboard.accounts.operators.manage import ManageOperators

    return ManageOperators(operators(), accounts(), settings.stack_operator_stays, now)
