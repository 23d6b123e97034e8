"""What hears the Asterisks of accounts: the worker behind the queue of frames, and the routing of callers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import region_of
from switchboard.bootstrap.adapters import asterisk_calls
from switchboard.bootstrap.asterisk import settings_of, switch

if TYPE_CHECKING:
    from switchboard.telephony.asterisk.hear import HearPbx
    from switchboard.telephony.asterisk.welcome import WelcomeCaller


@cache
def hear_pbx() -> HearPbx:
    """Return the worker behind the queue of frames."""
    from switchboard.telephony.asterisk.hear import HearPbx

    return HearPbx(asterisk_calls(), switch(), settings_of, _welcome(), now)


def _welcome() -> WelcomeCaller:
    from switchboard.telephony.asterisk.welcome import WelcomeCaller

    return WelcomeCaller(_route, region_of, _ring_for)


def _route(account: str, phone: str) -> str:
    from switchboard.accounts.model import Source
    from switchboard.bootstrap.routing import route_caller
    from switchboard.telephony.asterisk.model import NAME

    since = now()
    return route_caller()(Source(NAME, account, NAME, NAME, since, region=region_of(account)), phone, since)


def _ring_for(account: str) -> float:
    from switchboard.telephony.asterisk.model import AsteriskSettings

    return (settings_of(account) or AsteriskSettings()).ring_for
