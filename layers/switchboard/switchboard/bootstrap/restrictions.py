"""What keeps numbers from being called, and its table."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap, settings
from switchboard.errors import NotFound

if TYPE_CHECKING:
    from switchboard.aws.restrictions_table import RestrictionsTable
    from switchboard.campaigns.restrictions.model import RestrictionSettings
    from switchboard.campaigns.restrictions.restrict import Restrict


@cache
def do_not_call() -> RestrictionsTable:
    """The do-not-call lists, and the calls of each day."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.restrictions_table import RestrictionsTable

    return RestrictionsTable(dynamodb(), settings.restrictions_table())


@cache
def restrict() -> Restrict:
    """Judges calls right before they are made; a dry run asks it too."""
    from switchboard.campaigns.restrictions.restrict import Restrict

    return Restrict(do_not_call(), _bounds_of)


def _bounds_of(account: str) -> RestrictionSettings:
    from switchboard.bootstrap.dialling import dialling
    from switchboard.campaigns.restrictions.model import RestrictionSettings

    found = bootstrap.accounts().get(account)
    if found is None:
        raise NotFound("There is no such account.", "account")
    limits = dialling().load(account).dialler.limits
    return RestrictionSettings(found.region, found.timezone, limits.daily if limits else 0)
