"""CRMs: callbacks, requested calls, and messages about calls."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import region_of
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
from switchboard.bootstrap.network import file_uploads, targets, vendor_api
from switchboard.bootstrap.spill import door_queue
from switchboard.bootstrap.subscriptions import credential_opener
from switchboard.dialects.crm_roles import CallbackModule, CommandModule
from switchboard.dialects.registry import part_of

KEY_TIME = 5.0  # seconds, for a CRM to answer when its key is tried

if TYPE_CHECKING:
    from switchboard.crm.connect import ConnectorManager
    from switchboard.crm.exchange import CrmExchange
    from switchboard.crm.receive import ReceiveCallback
    from switchboard.crm.reconcile import RegisterMissedCalls
    from switchboard.crm.redirect import FindResponsibleUsers
    from switchboard.crm.system_calls import AskForCall, AskForHangUp, MakeCall
    from switchboard.crm.telephony import CrmTelephony


@cache
def receive_callback(dialect: str) -> ReceiveCallback:
    """Return what receives the callbacks that a telephony sends in a CRM's dialect."""
    from switchboard.crm.receive import ReceiveCallback

    callbacks = part_of(dialect, "callbacks", CallbackModule)
    return ReceiveCallback(communications(), connectors(), door_queue(), callbacks, now, region_of)


@cache
def find_responsible_users(dialect: str) -> FindResponsibleUsers:
    """Return what tells a CRM the users that a caller should reach."""
    from switchboard.bootstrap.integration import call_of
    from switchboard.crm.redirect import FindResponsibleUsers, ResponsibleByLastCall, ResponsibleByRules, ToldUsers
    from switchboard.routing.rules import ApplyRules

    rules, by_last_call = ApplyRules(kept_calls(), now), ResponsibleByLastCall(kept_calls(), region_of)
    by_rules = ResponsibleByRules(routings(), extensions(), rules, by_last_call, region_of)
    callbacks = part_of(dialect, "callbacks", CallbackModule)
    told = ToldUsers(routings(), kept_calls(), callbacks, partial(call_of, dialect), region_of)
    return FindResponsibleUsers(communications(), by_rules, connectors(), told)


@cache
def connector_manager() -> ConnectorManager:
    """Return what makes and changes connectors."""
    from switchboard.bootstrap.oauth import authorise_connector
    from switchboard.crm.check_key import CheckKey
    from switchboard.crm.connect import ConnectorManager
    from switchboard.crm.told import crm_client, destination_of

    return ConnectorManager(
        connectors=connectors(),
        accounts=accounts(),
        tokens=tokens(),
        subscriptions=new_subscriptions(),
        vault=vault(),
        targets=targets(),
        clock=now,
        destination_of=destination_of,
        applications=authorise_connector(),
        check_key=CheckKey(lambda base_url: vendor_api().at(base_url, KEY_TIME), crm_client),
    )


@cache
def exchange(dialect: str) -> CrmExchange:
    """Return what completes the messages to a kind of CRM and reads the answers."""
    from switchboard.crm.connect import CachedConnectors
    from switchboard.crm.exchange import CrmExchange
    from switchboard.crm.files import CallFiles
    from switchboard.crm.told import crm_client

    client = crm_client(dialect)
    files = CallFiles(recordings(), recordings_bucket(), links(), credential_opener(), file_uploads, client, now)
    known = CachedConnectors(connectors(), now)
    return CrmExchange(known.get, links(), client, files, settings.delivery_settings().fast_attempts)


@cache
def ask_for_call(dialect: str) -> AskForCall:
    """Return what takes a CRM's request for a call."""
    from switchboard.crm.system_calls import AskForCall

    commands = part_of(dialect, "system_calls", CommandModule)
    return AskForCall(connectors(), links(), crm_telephony(), crm_call_queue(), commands, now, region_of)


@cache
def make_call() -> MakeCall:
    """Return the worker that makes the calls that CRMs requested."""
    from switchboard.bootstrap.rest_crm import find_calling_extension
    from switchboard.crm.system_calls import MakeCall

    return MakeCall(links(), crm_telephony(), event_queue(), now, find_calling_extension())


@cache
def ask_for_hang_up(dialect: str) -> AskForHangUp:
    """Return what takes a CRM's request for the end of a call."""
    from switchboard.crm.system_calls import AskForHangUp

    return AskForHangUp(connectors(), links(), crm_telephony(), part_of(dialect, "system_calls", CommandModule))


def crm_telephony() -> CrmTelephony:
    """Return the telephony of calls that CRMs request."""
    from switchboard.bootstrap.telephony import control_call, originate_call
    from switchboard.crm.telephony import CrmTelephony

    return CrmTelephony(telephonies(), originate_call, control_call)


@cache
def register_missed_calls() -> RegisterMissedCalls:
    """Return the workflow that registers missed calls with CRMs."""
    from switchboard.crm.reconcile import RegisterMissedCalls
    from switchboard.deliveries.fan_out import PlanDeliveries
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
    )
