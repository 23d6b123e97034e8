"""Restrictions of calls: do-not-call lists, and limits on the calls to a number in a day."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap.accounts import permits
from switchboard.bootstrap.adapters import accounts, dialling, do_not_call
from switchboard.errors import NotFound

if TYPE_CHECKING:
    from switchboard.campaigns.restrictions.model import RestrictionSettings
    from switchboard.campaigns.restrictions.restrict import Restrict


@cache
def restrict() -> Restrict:
    """Return what judges calls right before they are placed, and in a dry run."""
    from switchboard.campaigns.restrictions.restrict import Restrict

    return Restrict(do_not_call(), _bounds_of, permits().may_call)


def _bounds_of(account: str) -> RestrictionSettings:
    from switchboard.campaigns.restrictions.model import RestrictionSettings

    found = accounts().get(account)
    if found is None:
        raise NotFound("There is no such account.", "account")
    limits = dialling().load(account).dialler.limits
    return RestrictionSettings(found.region, found.timezone, limits.daily if limits else 0)
