"""Pure decisions about a grant: whether its access token is used or renewed, and what a renewal changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from switchboard.crm.oauth.model import OAuthGrant

# A token is renewed this long before its end, so that a request under way does not outlive the token.
MARGIN = timedelta(minutes=2)
# A lease outlives the longest request to a token server (8 s) with room for the stores before and after.
LEASE = timedelta(seconds=30)
# After a failed renewal nobody asks the token server again for this long.
PAUSE = timedelta(seconds=10)


class NextStep(Enum):
    """What a worker that needs an access token does."""

    USE = auto()
    RENEW = auto()
    WAIT = auto()  # another worker renews the pair, or the token server failed just now
    GIVE_UP = auto()  # nobody has authorised the application, or the grant is lost
    LOSE = auto()  # the token is over, and there is no refresh token: the grant becomes lost


def next_step(grant: OAuthGrant | None, now: datetime, refused: int = 0) -> NextStep:
    """Return the next step; `refused` is the number of the pair whose access token the CRM refused, 0 without one."""
    if grant is None or not grant.access_token or grant.lost_at:
        return NextStep.GIVE_UP
    usable = grant.pair > refused and not _over(grant, now)
    if usable and not _over(grant, now + MARGIN):
        return NextStep.USE
    if not grant.refresh_token:
        return NextStep.USE if usable else NextStep.LOSE
    if grant.renewing_until and now < grant.renewing_until:
        return NextStep.USE if usable else NextStep.WAIT
    return NextStep.RENEW


def leased(grant: OAuthGrant, now: datetime) -> OAuthGrant:
    """Return the grant with the lease of a new renewal."""
    return replace(grant, renewing_until=now + LEASE)


def paused(grant: OAuthGrant, now: datetime, trouble: str) -> OAuthGrant:
    """Return the grant after a renewal that failed and may succeed later."""
    return replace(grant, renewing_until=now + PAUSE, trouble=trouble)


def lost(grant: OAuthGrant, now: datetime, trouble: str) -> OAuthGrant:
    """Return the grant after the CRM took it back."""
    return replace(grant, lost_at=now, renewing_until=None, trouble=trouble)


def _over(grant: OAuthGrant, at: datetime) -> bool:
    return grant.expires_at is not None and at >= grant.expires_at
