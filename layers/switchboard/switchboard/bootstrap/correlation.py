"""The use case that finds the calls of commands, and a real IS.VPBX as an account's telephony."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from switchboard import bootstrap, settings

if TYPE_CHECKING:
    from switchboard.aws.pending_commands import PendingRows, SettlementQueue
    from switchboard.aws.queues import EventQueue
    from switchboard.telephony.correlate import Commands, Correlate
    from switchboard.telephony.model import AccountTelephony
    from switchboard.telephony.ports import Telephony


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
def event_queue() -> EventQueue:
    """The queue of call events."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import EventQueue

    return EventQueue(sqs(), settings.events_queue_url())


@cache
def correlate() -> Correlate:
    """Finds the calls of commands. What few events need is built when one does."""
    from switchboard.telephony.correlate import Correlate

    pending = pending_commands()
    return Correlate(pending, _commands, pending.retract, event_queue, bootstrap.now, _window())


def telephony_of(chosen: AccountTelephony) -> Telephony:
    """The IS.VPBX that an account chose."""
    from switchboard.bootstrap.upstream import vendor_api
    from switchboard.dialects.vpbx.client import Client
    from switchboard.telephony.vpbx import VpbxTelephony

    account = bootstrap.accounts().get(chosen.account)
    token = bootstrap.vault().open(chosen.account, chosen.secret)
    return VpbxTelephony(
        Client(vendor_api().at(chosen.settings["base_url"]), token),
        pending_commands(),
        settlement_queue(),
        bootstrap.now,
        _window(),
        account.region if account else "",
        chosen.settings.get("source", ""),
    )


def postpone_settlements(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of commands that have waited long enough."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.visibility import postpone

    postpone(sqs(), settings.settlements_queue_url(), receipts, seconds)


def _window() -> timedelta:
    return timedelta(seconds=settings.correlation_window())


def _commands() -> Commands:
    return cast("Commands", import_module("switchboard.bootstrap.telephony").commands())
