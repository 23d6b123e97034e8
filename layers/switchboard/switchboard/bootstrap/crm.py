"""CRMs: their callbacks, the calls that they request, and what they are told."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import (
    accounts,
    communications,
    connectors,
    crm_call_queue,
    deliveries,
    delivery_queue,
    event_queue,
    extensions,
    kept_calls,
    links,
    new_subscriptions,
    recordings,
    recordings_bucket,
    routings,
    subscriptions,
    telephonies,
    tokens,
    vault,
)
from switchboard.bootstrap.network import file_uploads, targets
from switchboard.bootstrap.subscriptions import credential_opener

if TYPE_CHECKING:
    from switchboard.crm.connect import ConnectorManager
    from switchboard.crm.exchange import CrmExchange
    from switchboard.crm.receive import ReceiveCallback
    from switchboard.crm.reconcile import RegisterMissedCalls
    from switchboard.crm.redirect import FindResponsibleUsers
    from switchboard.crm.system_calls import AskForCall, AskForHangUp, MakeCall
    from switchboard.crm.telephony import CrmTelephony
    from switchboard.kernel.communication import Communication, Workspace


@cache
def receive_callback() -> ReceiveCallback:
    """Return what receives the callbacks of CRMs."""
    from switchboard.crm.receive import ReceiveCallback
    from switchboard.dialects.kontur import callbacks

    return ReceiveCallback(communications(), connectors(), event_queue(), callbacks, now)


@cache
def find_responsible_users() -> FindResponsibleUsers:
    """Return what tells a CRM the users that a caller should reach."""
    from switchboard.crm.redirect import FindResponsibleUsers, ResponsibleByLastCall, ResponsibleByRules
    from switchboard.routing.rules import ApplyRules

    rules, by_last_call = ApplyRules(kept_calls(), now), ResponsibleByLastCall(kept_calls())
    by_rules = ResponsibleByRules(routings(), extensions(), rules, by_last_call)
    return FindResponsibleUsers(communications(), by_rules, connectors())


def call_of(communication: Communication, workspace: Workspace) -> str:
    """Return the id of the call that belongs to a communication."""
    from switchboard.crm.receive import source_of
    from switchboard.dialects.kontur.callbacks import NAME
    from switchboard.dialects.reading import hashed_call_id

    return hashed_call_id(source_of(NAME, workspace, communication.created_at).id, communication.external_id)


@cache
def connector_manager() -> ConnectorManager:
    """Return what makes and changes connectors."""
    from switchboard.crm.connect import ConnectorManager
    from switchboard.dialects.kontur.client import ACCESS_KEY, CALLBACKS, MESSAGES
    from switchboard.dialects.kontur.tables import RECORDING

    return ConnectorManager(
        connectors=connectors(),
        accounts=accounts(),
        tokens=tokens(),
        subscriptions=new_subscriptions(),
        vault=vault(),
        targets=targets(),
        clock=now,
        header=ACCESS_KEY,
        path=CALLBACKS,
        messages=MESSAGES,
        recording=RECORDING,
    )


@cache
def exchange() -> CrmExchange:
    """Return what completes the messages to CRMs and reads the answers."""
    from switchboard.crm.connect import CachedConnectors
    from switchboard.crm.exchange import CrmExchange
    from switchboard.crm.files import CallFiles
    from switchboard.dialects.kontur import client

    files = CallFiles(
        recordings(), recordings_bucket(), links(), credential_opener(), file_uploads, client, now, client.ACCESS_KEY
    )
    known = CachedConnectors(connectors(), now)
    return CrmExchange(known.get, links(), client, files, settings.delivery_settings().fast_attempts)


@cache
def ask_for_call() -> AskForCall:
    """Return what takes a CRM's request for a call."""
    from switchboard.crm.system_calls import AskForCall
    from switchboard.dialects.kontur import system_calls

    return AskForCall(connectors(), links(), crm_telephony(), crm_call_queue(), system_calls, now)


@cache
def make_call() -> MakeCall:
    """Return the worker that makes the calls that CRMs requested."""
    from switchboard.crm.system_calls import MakeCall

    return MakeCall(links(), crm_telephony(), event_queue(), now)


@cache
def ask_for_hang_up() -> AskForHangUp:
    """Return what takes a CRM's request for the end of a call."""
    from switchboard.crm.system_calls import AskForHangUp
    from switchboard.dialects.kontur import system_calls

    return AskForHangUp(connectors(), links(), crm_telephony(), system_calls)


def crm_telephony() -> CrmTelephony:
    """Return the telephony of calls that CRMs request."""
    from switchboard.bootstrap.telephony import control_call, originate_call
    from switchboard.crm.telephony import CrmTelephony

    return CrmTelephony(telephonies(), originate_call, control_call)


@cache
def register_missed_calls() -> RegisterMissedCalls:
    """Return what tells CRMs of the calls that they missed."""
    from switchboard.crm.reconcile import RegisterMissedCalls
    from switchboard.deliveries.fan_out import PlanDeliveries
    from switchboard.dialects.kontur.tables import RECORDING, REGISTER
    from switchboard.dialects.registry import renderer_named

    return RegisterMissedCalls(
        connectors=connectors(),
        calls=kept_calls(),
        links=links(),
        subscriptions=subscriptions(),
        deliveries=deliveries(),
        queue=delivery_queue(),
        plan=partial(PlanDeliveries, dialect_named=renderer_named, base_url="", clock=now),
        recordings=recordings(),
        clock=now,
        message=REGISTER,
        recording=RECORDING,
    )
