"""The wiring of command matching, and of a vendor's PBX as an account's telephony."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap, settings
from switchboard.errors import NotSupported

if TYPE_CHECKING:
    from switchboard.aws.pending_commands import PendingRows, SettlementQueue
    from switchboard.telephony.correlate import CorrelateCalls
    from switchboard.telephony.model import AccountTelephony
    from switchboard.telephony.ports import OriginatingPbx, Telephony


@cache
def pending_commands() -> PendingRows:
    """Commands that wait for their calls."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.pending_commands import PendingRows

    return PendingRows(dynamodb(), settings.telephony_table())


@cache
def settlement_queue() -> SettlementQueue:
    """The queue of commands that have waited long enough."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.pending_commands import SettlementQueue

    return SettlementQueue(sqs(), settings.settlements_queue_url(), bootstrap.now)


@cache
def correlate() -> CorrelateCalls:
    """Finds the calls of commands. What few events need is built when one does."""
    from switchboard.telephony.correlate import CorrelateCalls

    pending = pending_commands()
    return CorrelateCalls(pending, bootstrap.commands, pending.retract, bootstrap.event_queue, bootstrap.now, _window())


def pbx_telephony(chosen: AccountTelephony) -> Telephony:
    """Return the PBX that an account chose. Raises NotSupported without a connected source or a token."""
    from switchboard.telephony.pbx import PbxTelephony

    account = bootstrap.accounts().get(chosen.account)
    return PbxTelephony(
        _client(chosen),
        pending_commands(),
        settlement_queue(),
        bootstrap.now,
        _window(),
        account.region if account else "",
        chosen.settings.get("source", ""),
    )


def _client(chosen: AccountTelephony) -> OriginatingPbx:
    """Return the client of the PBX behind the account's source, else of the PBX in the settings."""
    from switchboard.bootstrap.upstream import dial, upstreams, vendor_api
    from switchboard.dialects.registry import part_of
    from switchboard.dialects.roles import PbxClientModule
    from switchboard.telephony.registry import PROVIDERS

    upstream = upstreams().get(chosen.settings.get("source", ""))
    if upstream is not None and upstream.account == chosen.account:
        return dial(upstream, bootstrap.vault().open(chosen.account, upstream.token))
    if not chosen.secret:
        raise NotSupported("The source of the account's telephony is not connected.")
    token = bootstrap.vault().open(chosen.account, chosen.secret)
    module = part_of(PROVIDERS[chosen.provider].heard_in, "client", PbxClientModule)
    return module.open_client(vendor_api().at(chosen.settings["base_url"]), token)


def postpone_settlements(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of commands that have waited long enough."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.visibility import postpone

    postpone(sqs(), settings.settlements_queue_url(), receipts, seconds)


def _window() -> timedelta:
    return timedelta(seconds=settings.correlation_window())
