"""The check of each kind of provider. A provider of a new kind joins by a row in `CHECKS`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from functools import partial

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import extensions
from switchboard.errors import Refused
from switchboard.telephony.check import CheckTelephony, TelephonyHealth, health_of, knows_nothing_of, not_checked
from switchboard.telephony.model import AccountTelephony
from switchboard.telephony.registry import PROVIDERS, ProviderKind


def check_telephony(chosen: AccountTelephony) -> TelephonyHealth:
    """Return how the telephony is that an account chose. Nothing rings."""
    check = CHECKS.get(PROVIDERS[chosen.provider].kind)
    return health_of(partial(check, chosen) if check else not_checked)


def _simulator(chosen: AccountTelephony) -> TelephonyHealth:  # noqa: ARG001 - as every check
    return TelephonyHealth(version="simulator", clock_difference=0.0)


def _connected_pbx(chosen: AccountTelephony) -> TelephonyHealth:
    from switchboard.bootstrap.asterisk import settings_in, switch
    from switchboard.telephony.asterisk.check import CheckAsterisk

    numbers = [one.number for one in extensions().of_account(chosen.account)]
    check: CheckTelephony = CheckAsterisk(chosen.account, settings_in(chosen), numbers, switch(), now, time.sleep)
    return check()


def _pbx(chosen: AccountTelephony) -> TelephonyHealth:
    """Ask the PBX for its extensions, which needs the token."""
    from switchboard.bootstrap.correlation import pbx_client

    pbx_client(chosen).extensions()
    return TelephonyHealth()


def _integration(chosen: AccountTelephony) -> TelephonyHealth:
    """Ask the integration to hang up a call that cannot exist: the protocol has no other harmless request."""
    from switchboard.bootstrap.integration import integration_client

    client = integration_client(chosen)
    try:
        client.hang_up(_nobody(), _nobody(), "")
    except Refused as error:
        if not knows_nothing_of(error):
            raise
    return TelephonyHealth()


def _campaign_system(chosen: AccountTelephony) -> TelephonyHealth:
    """Ask for an execution that cannot exist, which needs the token."""
    from switchboard.bootstrap.handover import dial
    from switchboard.dialects.campaign_system import CampaignObject

    dial(chosen).has(CampaignObject.EXECUTION, _nobody())
    return TelephonyHealth()


def _nobody() -> str:
    return f"check-{secrets.token_hex(8)}"


CHECKS: dict[ProviderKind, Callable[[AccountTelephony], TelephonyHealth]] = {
    ProviderKind.SIMULATOR: _simulator,
    ProviderKind.CONNECTED_PBX: _connected_pbx,
    ProviderKind.PBX: _pbx,
    ProviderKind.INTEGRATION: _integration,
    ProviderKind.CAMPAIGN_SYSTEM: _campaign_system,
}
