"""The use cases and adapters of CRMs' side, each built when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap, settings
from switchboard.bootstrap.telephony import event_queue

if TYPE_CHECKING:
    from switchboard.aws.communications_table import CommunicationsTable
    from switchboard.aws.connectors import ConnectorRows
    from switchboard.aws.links import LinkRows
    from switchboard.aws.queues import SqsCrmCallQueue
    from switchboard.crm.connect import ConnectorManager
    from switchboard.crm.exchange import CrmExchange
    from switchboard.crm.files import CallFiles
    from switchboard.crm.receive import ReceiveCallback
    from switchboard.crm.reconcile import RegisterMissedCalls
    from switchboard.crm.redirect import FindResponsibleUsers
    from switchboard.crm.system_calls import AskForCall, AskForHangUp, CommandDialect, MakeCall
    from switchboard.crm.telephony import CrmTelephony
    from switchboard.kernel.communication import Communication, Workspace
    from switchboard.net.upload import FileUploads
    from switchboard.subscriptions.credentials import CredentialOpener


@cache
def receive_callback() -> ReceiveCallback:
    """The use case behind the callbacks."""
    from switchboard.crm.receive import ReceiveCallback
    from switchboard.dialects.kontur import callbacks

    return ReceiveCallback(communications(), connectors(), event_queue(), callbacks, bootstrap.now)


@cache
def who_is_responsible() -> FindResponsibleUsers:
    """Whom a caller should reach."""
    from switchboard.bootstrap.routing import routings
    from switchboard.crm.redirect import FindResponsibleUsers, ResponsibleByLastCall, ResponsibleByRules
    from switchboard.routing.rules import ApplyRules

    calls = bootstrap.kept_calls()
    rules = ApplyRules(calls, bootstrap.now)
    by_rules = ResponsibleByRules(routings(), bootstrap.extensions(), rules, ResponsibleByLastCall(calls))
    return FindResponsibleUsers(communications(), by_rules, connectors())


def call_of(communication: Communication, workspace: Workspace) -> str:
    """The id of the call that a communication is."""
    from switchboard.crm.receive import source_of
    from switchboard.dialects.kontur.callbacks import NAME
    from switchboard.dialects.reading import hashed_call_id

    return hashed_call_id(source_of(NAME, workspace, communication.created_at).id, communication.external_id)


@cache
def communications() -> CommunicationsTable:
    """The communications."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.communications_table import CommunicationsTable

    return CommunicationsTable(dynamodb(), settings.communications_table())


@cache
def connectors() -> ConnectorRows:
    """The CRMs that accounts are connected to."""
    from switchboard.aws.accounts_table import AccountsTable
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.connectors import ConnectorRows

    return ConnectorRows(AccountsTable(dynamodb(), settings.communications_table()))


@cache
def connector_desk() -> ConnectorManager:
    """Where connectors are made and changed."""
    from switchboard.crm.connect import ConnectorManager
    from switchboard.dialects.kontur.client import ACCESS_KEY, CALLBACKS, MESSAGES
    from switchboard.dialects.kontur.tables import RECORDING

    return ConnectorManager(
        connectors=connectors(),
        accounts=bootstrap.accounts(),
        tokens=bootstrap.tokens(),
        subscriptions=bootstrap.new_subscriptions(),
        vault=bootstrap.vault(),
        targets=bootstrap.targets(),
        clock=bootstrap.now,
        header=ACCESS_KEY,
        path=CALLBACKS,
        messages=MESSAGES,
        recording=RECORDING,
    )


@cache
def links() -> LinkRows:
    """Which communication of a CRM's is which call."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.links import LinkRows

    return LinkRows(dynamodb(), settings.communications_table(), bootstrap.now)


@cache
def exchange() -> CrmExchange:
    """How CRMs are told of calls."""
    from switchboard.crm.connect import CachedConnectors
    from switchboard.crm.exchange import CrmExchange
    from switchboard.dialects.kontur import client

    attempts = settings.delivery_settings().fast_attempts
    known = CachedConnectors(connectors(), bootstrap.now)
    return CrmExchange(known.get, links(), client, call_files(), attempts)


@cache
def call_files() -> CallFiles:
    """Recordings as CRMs have them."""
    from switchboard.bootstrap.recordings import recordings, store
    from switchboard.crm.files import CallFiles
    from switchboard.dialects.kontur import client

    return CallFiles(recordings(), store(), links(), keys(), uploads, client, bootstrap.now, client.ACCESS_KEY)


@cache
def keys() -> CredentialOpener:
    """The keys of CRMs, opened for use."""
    from switchboard.subscriptions.credentials import CredentialOpener

    return CredentialOpener(bootstrap.vault())


@cache
def uploads() -> FileUploads:
    """What gives files to CRMs, with the library that it needs."""
    from functools import partial

    from switchboard.net.guard import Guard
    from switchboard.net.resolver import Resolver
    from switchboard.net.session import vetted_session
    from switchboard.net.upload import FileUploads

    return FileUploads(partial(vetted_session, Guard(Resolver(), allow_private=settings.allow_private_targets())))


@cache
def ask_for_call() -> AskForCall:
    """The use case behind a CRM's wish for a call."""
    from switchboard.crm.system_calls import AskForCall

    return AskForCall(connectors(), links(), telephony(), crm_call_queue(), _system_calls(), bootstrap.now)


@cache
def make_call() -> MakeCall:
    """The use case behind the queue of calls that CRMs asked for."""
    from switchboard.crm.system_calls import MakeCall

    return MakeCall(links(), telephony(), event_queue(), bootstrap.now)


@cache
def ask_for_hang_up() -> AskForHangUp:
    """The use case behind a CRM's wish for the end of a call."""
    from switchboard.crm.system_calls import AskForHangUp

    return AskForHangUp(connectors(), links(), telephony(), _system_calls())


def _system_calls() -> CommandDialect:
    from switchboard.dialects.kontur import system_calls

    return system_calls


def telephony() -> CrmTelephony:
    """What CRMs' calls are made with."""
    from switchboard.bootstrap.telephony import control_call, originate_call, telephonies
    from switchboard.crm.telephony import CrmTelephony

    return CrmTelephony(telephonies(), originate_call, control_call)


@cache
def crm_call_queue() -> SqsCrmCallQueue:
    """The queue of calls that CRMs asked for."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import SqsCrmCallQueue

    return SqsCrmCallQueue(sqs(), settings.crm_calls_queue_url())


def postpone_crm_calls(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of that queue."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.visibility import postpone

    postpone(sqs(), settings.crm_calls_queue_url(), receipts, seconds)


@cache
def register_missed_calls() -> RegisterMissedCalls:
    """The use case that tells CRMs of what they missed."""
    from functools import partial

    from switchboard.bootstrap.recordings import recordings
    from switchboard.crm.reconcile import RegisterMissedCalls
    from switchboard.deliveries.fan_out import PlanDeliveries
    from switchboard.dialects.kontur.tables import RECORDING, REGISTER
    from switchboard.dialects.registry import renderer_named

    plan = partial(PlanDeliveries, dialect_named=renderer_named, base_url="", clock=bootstrap.now)
    return RegisterMissedCalls(
        connectors=connectors(),
        calls=bootstrap.kept_calls(),
        links=links(),
        subscriptions=bootstrap.subscriptions(),
        deliveries=bootstrap.deliveries(),
        queue=bootstrap.delivery_queue(),
        plan=plan,
        recordings=recordings(),
        clock=bootstrap.now,
        message=REGISTER,
        recording=RECORDING,
    )
