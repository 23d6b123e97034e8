"""Asterisks that dial out to the hub: the provider, their connections, and the worker that hears them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states, region_of, token_key
from switchboard.bootstrap.adapters import (
    asterisk_calls,
    dialling_queue,
    event_queue,
    extensions,
    pbx_connections,
    pbx_frames,
    pbx_link,
    telephonies,
    vault,
)
from switchboard.telephony.model import AccountTelephony

if TYPE_CHECKING:
    from switchboard.telephony.asterisk.connect import ConnectPbx
    from switchboard.telephony.asterisk.model import AsteriskSettings
    from switchboard.telephony.asterisk.ping import PingPbxs
    from switchboard.telephony.asterisk.provider import AsteriskTelephony
    from switchboard.telephony.asterisk.receive import ReceiveFrame
    from switchboard.telephony.asterisk.switch import Switch


@cache
def connect_pbx() -> ConnectPbx:
    """Return what checks and stores the connections of PBXs."""
    from switchboard.observability.pbx import connection_replaced
    from switchboard.telephony.asterisk.connect import ConnectPbx

    return ConnectPbx(telephonies(), vault(), pbx_connections(), account_states().admit, now, connection_replaced)


@cache
def receive_frame() -> ReceiveFrame:
    """Return what queues the frames of PBXs."""
    from switchboard.telephony.asterisk.receive import ReceiveFrame

    return ReceiveFrame(pbx_connections(), pbx_frames(), now)


@cache
def switch() -> Switch:
    """Return the way to the PBXs."""
    from switchboard.telephony.asterisk.switch import Switch

    return Switch(pbx_connections(), pbx_link(), event_queue(), dialling_queue(), _media, now)


@cache
def ping_pbxs() -> PingPbxs:
    """Return what pings all PBXs."""
    from switchboard.observability.pbx import pbx_silent
    from switchboard.telephony.asterisk.ping import PingPbxs

    return PingPbxs(pbx_connections(), asterisk_calls(), switch(), now, pbx_silent)


def asterisk_telephony(chosen: AccountTelephony) -> AsteriskTelephony:
    """Return the telephony of an account with an Asterisk."""
    from switchboard.telephony.asterisk.provider import AsteriskTelephony

    return AsteriskTelephony(asterisk_calls(), switch(), settings_in(chosen), now, region_of, _is_extension)


def settings_in(chosen: AccountTelephony) -> AsteriskSettings:
    """Return the settings of an account with an Asterisk."""
    from switchboard.telephony.asterisk.model import AsteriskSettings

    return AsteriskSettings(**chosen.settings)


def settings_of(account: str) -> AsteriskSettings | None:
    from switchboard.telephony.asterisk.model import NAME

    chosen = telephonies().get(account)
    return settings_in(chosen) if chosen and chosen.provider == NAME else None


def _is_extension(account: str, number: str) -> bool:
    return any(extension.number == number for extension in extensions().of_account(account))


def _media(key: str) -> str:
    from switchboard.telephony.asterisk.media import media_url

    return media_url(settings.base_url(), key, token_key(), now())
