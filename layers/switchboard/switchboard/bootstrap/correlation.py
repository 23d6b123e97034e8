"""A vendor's PBX as an account's telephony, and the match of its calls with commands."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import (
    accounts,
    commands,
    event_queue,
    kept_calls,
    pending_commands,
    settlement_queue,
    upstreams,
    vault,
)
from switchboard.errors import NotSupported
from switchboard.vault import TELEPHONY, UPSTREAM_TOKEN

if TYPE_CHECKING:
    from switchboard.dialects.roles import CallingPbx
    from switchboard.kernel.call import CallEvent
    from switchboard.telephony.correlate import CorrelateCalls
    from switchboard.telephony.model import AccountTelephony
    from switchboard.telephony.ports import Telephony


@cache
def correlate() -> CorrelateCalls:
    """Return the follower that matches calls with commands. The stores are built at the first event that needs them."""
    from switchboard.telephony.correlate import CorrelateCalls

    pending = pending_commands()
    return CorrelateCalls(pending, commands, pending.retract, event_queue, now, _window())


def pbx_telephony(chosen: AccountTelephony) -> Telephony:
    """Return the PBX that an account chose. Raises NotSupported without a connected source or a token."""
    from switchboard.dialects.reading import hashed_call_id
    from switchboard.telephony.pbx import PbxTelephony

    account = accounts().get(chosen.account)
    return PbxTelephony(
        pbx_client(chosen),
        pending_commands(),
        settlement_queue(),
        now,
        _window(),
        account.region if account else "",
        chosen.settings.get("source", ""),
        hashed_call_id,
        _events_of,
    )


def _events_of(account: str, call_id: str) -> list[CallEvent]:
    return [kept.event for kept in kept_calls().events(account, call_id)]


def pbx_client(chosen: AccountTelephony) -> CallingPbx:
    """Return a client of the PBX behind the account's source, else of the PBX in the settings. Raises NotSupported."""
    from switchboard.bootstrap.network import vendor_api
    from switchboard.bootstrap.vendors import ASKED_WITHIN
    from switchboard.dialects.registry import part_of
    from switchboard.dialects.roles import CallingPbxModule
    from switchboard.telephony.registry import PROVIDERS

    module = part_of(PROVIDERS[chosen.provider].heard_in, "client", CallingPbxModule)
    upstream = upstreams().get(chosen.settings.get("source", ""))
    if upstream is not None and upstream.account == chosen.account:
        token = vault().open(chosen.account, upstream.token, UPSTREAM_TOKEN)
        return module.open_client(vendor_api().at(upstream.base_url, ASKED_WITHIN), token, upstream.spelling)
    if not chosen.secret:
        raise NotSupported("The source of the account's telephony is not connected.")
    token = vault().open(chosen.account, chosen.secret, TELEPHONY)
    return module.open_client(vendor_api().at(chosen.settings["base_url"]), token)


def _window() -> timedelta:
    return timedelta(seconds=settings.correlation_window())
