"""The adapters (tables, queues, secrets), each built on first use.

Nothing runs at import. A factory imports only the modules that its adapter needs.
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
    from switchboard.aws.queues import SqsDeliveryQueue, SqsEventQueue, SqsRetryQueue
    from switchboard.aws.secrets import Secrets
    from switchboard.aws.subscriptions_table import SubscriptionsTable
    from switchboard.aws.telephony_table import TelephonyTable
    from switchboard.aws.vault import KmsVault
    from switchboard.aws.workflows import RedeliveryWorkflow
    from switchboard.net.targets import VettedTargets


@cache
def vault() -> KmsVault:
    from switchboard.aws.clients import kms
    from switchboard.aws.vault import KmsVault

    return KmsVault(kms(), settings.secrets_key())


@cache
def endpoints() -> EndpointsTable:
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.endpoints_table import EndpointsTable

    return EndpointsTable(dynamodb(), settings.endpoints_table(), deliveries())


@cache
def event_queue() -> SqsEventQueue:
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import SqsEventQueue

    return SqsEventQueue(sqs(), settings.events_queue_url())


@cache
def commands() -> TelephonyTable:
    """The table of commands to telephony."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.telephony_table import TelephonyTable

    return TelephonyTable(dynamodb(), settings.telephony_table())


@cache
def retry_queue() -> SqsRetryQueue:
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import SqsRetryQueue

    return SqsRetryQueue(sqs(), settings.retries_queue_url())


@cache
def workflows() -> RedeliveryWorkflow:
    """The redelivery workflows of failing endpoints."""
    from switchboard.aws.clients import stepfunctions
    from switchboard.aws.workflows import RedeliveryWorkflow

    return RedeliveryWorkflow(stepfunctions(), settings.redelivery_workflow())


@cache
def operations() -> OperationalEvents:
    """The topic of operational events."""
    from switchboard.aws.clients import sns
    from switchboard.aws.operational_events import OperationalEvents
    from switchboard.observability.logs import count, operational_event_lost

    return OperationalEvents(sns(), settings.operations_topic(), count, operational_event_lost)


def accounts() -> AccountRows:
    return accounts_table().accounts


def tokens() -> TokenRows:
    return accounts_table().tokens


def sources() -> SourceRows:
    return accounts_table().sources


def extensions() -> ExtensionRows:
    return accounts_table().extensions


@cache
def subscriptions() -> SubscriptionsTable:
    """The subscriptions, without `next_id`."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.subscriptions_table import SubscriptionsTable

    return SubscriptionsTable(dynamodb(), settings.subscriptions_table())


@cache
def new_subscriptions() -> SubscriptionsTable:
    """The subscriptions, with `next_id` for new ones."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.subscriptions_table import SubscriptionsTable

    return SubscriptionsTable(dynamodb(), settings.subscriptions_table(), accounts_table())


@cache
def targets() -> VettedTargets:
    """The check of subscriptions' URLs."""
    from switchboard.net.guard import Guard
    from switchboard.net.resolver import Resolver
    from switchboard.net.targets import VettedTargets

    return VettedTargets(Guard(Resolver(), allow_private=settings.allow_private_targets()))


@cache
def calls() -> CallsTable:
    """The calls, with the table of deliveries for the common transaction."""
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.clients import dynamodb

    return CallsTable(dynamodb(), settings.calls_table(), settings.deliveries_table())


@cache
def kept_calls() -> CallsTable:
    """The calls, read-only: without the table of deliveries."""
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.clients import dynamodb

    return CallsTable(dynamodb(), settings.calls_table(), deliveries_table="")


@cache
def deliveries() -> DeliveriesTable:
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.deliveries_table import DeliveriesTable

    return DeliveriesTable(dynamodb(), settings.deliveries_table())


@cache
def delivery_queue() -> SqsDeliveryQueue:
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import SqsDeliveryQueue

    return SqsDeliveryQueue(sqs(), settings.deliveries_queue_url())


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
    """The table of accounts, tokens, sources and extensions."""
    from switchboard.aws.accounts_table import AccountsTable
    from switchboard.aws.clients import dynamodb

    return AccountsTable(dynamodb(), settings.accounts_table())


@cache
def secrets() -> Secrets:
    from switchboard.aws.clients import secretsmanager
    from switchboard.aws.secrets import Secrets

    return Secrets(secretsmanager())
