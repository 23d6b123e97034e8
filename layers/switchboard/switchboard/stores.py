"""The adapters: tables, queues, secrets, each built when it is first asked for.

Nothing here runs at import, and only what an adapter needs is imported with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings

if TYPE_CHECKING:
    from switchboard.aws.accounts_table import AccountRows, AccountsTable, ExtensionRows, SourceRows, TokenRows
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.deliveries_table import DeliveriesTable
    from switchboard.aws.endpoints_table import EndpointsTable
    from switchboard.aws.operational_events import OperationalEvents
    from switchboard.aws.queues import DeliveryQueue, EventQueue, RetryQueue
    from switchboard.aws.secrets import Secrets
    from switchboard.aws.subscriptions_table import SubscriptionsTable
    from switchboard.aws.telephony_table import TelephonyTable
    from switchboard.aws.vault import KmsVault
    from switchboard.aws.workflows import RedeliveryWorkflow
    from switchboard.net.targets import VettedTargets


@cache
def vault() -> KmsVault:
    """What seals credentials."""
    from switchboard.aws.clients import kms
    from switchboard.aws.vault import KmsVault

    return KmsVault(kms(), settings.secrets_key())


@cache
def endpoints() -> EndpointsTable:
    """The receivers in trouble."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.endpoints_table import EndpointsTable

    return EndpointsTable(dynamodb(), settings.endpoints_table(), deliveries())


@cache
def event_queue() -> EventQueue:
    """The queue of call events."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import EventQueue

    return EventQueue(sqs(), settings.events_queue_url())


@cache
def commands() -> TelephonyTable:
    """What was asked of telephony."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.telephony_table import TelephonyTable

    return TelephonyTable(dynamodb(), settings.telephony_table())


@cache
def retry_queue() -> RetryQueue:
    """The queue of lanes to be tried again."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import RetryQueue

    return RetryQueue(sqs(), settings.retries_queue_url())


@cache
def workflows() -> RedeliveryWorkflow:
    """The workflows of failing receivers."""
    from switchboard.aws.clients import stepfunctions
    from switchboard.aws.workflows import RedeliveryWorkflow

    return RedeliveryWorkflow(stepfunctions(), settings.redelivery_workflow())


@cache
def operations() -> OperationalEvents:
    """Who hears of what an operator should know."""
    from switchboard.aws.clients import sns
    from switchboard.aws.operational_events import OperationalEvents
    from switchboard.lambdas.logs import count, operational_event_lost

    return OperationalEvents(sns(), settings.operations_topic(), count, operational_event_lost)


def accounts() -> AccountRows:
    """The accounts."""
    return accounts_table().accounts


def tokens() -> TokenRows:
    """The tokens."""
    return accounts_table().tokens


def sources() -> SourceRows:
    """The sources."""
    return accounts_table().sources


def extensions() -> ExtensionRows:
    """The extensions."""
    return accounts_table().extensions


@cache
def subscriptions() -> SubscriptionsTable:
    """The subscriptions, without the counter of their ids."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.subscriptions_table import SubscriptionsTable

    return SubscriptionsTable(dynamodb(), settings.subscriptions_table())


@cache
def new_subscriptions() -> SubscriptionsTable:
    """The subscriptions, for those who make new ones."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.subscriptions_table import SubscriptionsTable

    return SubscriptionsTable(dynamodb(), settings.subscriptions_table(), accounts_table())


@cache
def targets() -> VettedTargets:
    """Where new subscriptions may lead."""
    from switchboard.net.guard import Guard
    from switchboard.net.resolver import Resolver
    from switchboard.net.targets import VettedTargets

    return VettedTargets(Guard(Resolver(), allow_private=settings.allow_private_targets()))


@cache
def calls() -> CallsTable:
    """The calls, with the table that deliveries are written to beside them."""
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.clients import dynamodb

    return CallsTable(dynamodb(), settings.calls_table(), settings.deliveries_table())


@cache
def kept_calls() -> CallsTable:
    """The calls, for those who only read them."""
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.clients import dynamodb

    return CallsTable(dynamodb(), settings.calls_table(), deliveries_table="")


@cache
def deliveries() -> DeliveriesTable:
    """The deliveries."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.deliveries_table import DeliveriesTable

    return DeliveriesTable(dynamodb(), settings.deliveries_table())


@cache
def delivery_queue() -> DeliveryQueue:
    """The queue of deliveries."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import DeliveryQueue

    return DeliveryQueue(sqs(), settings.deliveries_queue_url())


def postpone_events(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of events."""
    _postpone(settings.events_queue_url(), receipts, seconds)


def postpone_retries(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of retries."""
    _postpone(settings.retries_queue_url(), receipts, seconds)


def postpone_deliveries(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of deliveries."""
    _postpone(settings.deliveries_queue_url(), receipts, seconds)


def _postpone(queue_url: str, receipts: Sequence[str], seconds: float) -> None:
    from switchboard.aws.clients import sqs
    from switchboard.aws.visibility import postpone

    postpone(sqs(), queue_url, receipts, seconds)


@cache
def accounts_table() -> AccountsTable:
    """What an account owns."""
    from switchboard.aws.accounts_table import AccountsTable
    from switchboard.aws.clients import dynamodb

    return AccountsTable(dynamodb(), settings.accounts_table())


@cache
def secrets() -> Secrets:
    """The stack's secrets."""
    from switchboard.aws.clients import secretsmanager
    from switchboard.aws.secrets import Secrets

    return Secrets(secretsmanager())
