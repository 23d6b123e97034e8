"""Put a world in the place of AWS, of time and of the receivers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from importlib import import_module
from pkgutil import walk_packages
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from moto import mock_aws

import switchboard
from chaos.inprocess import mail
from chaos.inprocess.clients import Queues, Tables
from chaos.inprocess.handlers import forget
from chaos.inprocess.objects import Keys, Objects
from chaos.inprocess.scheduler import Lock, Pool, Scheduler, wait
from local.bundle import load_template
from switchboard.deliveries.deliver import DeliverBatch
from switchboard.intake.batch import DeliveriesOfBatch
from switchboard.intake.spill import FlaggedPlaces
from switchboard.kernel.last_known import LastKnown
from switchboard.kernel.remembered import Remembered

if TYPE_CHECKING:
    from chaos.inprocess.world import World

SCHEDULE = "5,30,120,600,1800,3600,7200,14400"
TABLES = (
    "AccountsTable",
    "CallsTable",
    "DeliveriesTable",
    "SubscriptionsTable",
    "EndpointsTable",
    "TelephonyTable",
    "StreamsTable",
    "ActivityTable",
    "EmailsTable",
)
AWS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


@contextmanager
def opened(world: World) -> Iterator[None]:
    """Put this world in the place of AWS, time and receivers."""
    _import_all()
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, {**AWS, **_variables(world)}))
        stack.enter_context(mock_aws())
        real = boto3.client("dynamodb")
        world.tables = real
        _make_tables(world, real)
        Pool.scheduler = world.scheduler
        for name, stand_in in _stand_ins(world, real).items():
            stack.enter_context(patch(name, stand_in))
        forget()
        stack.callback(forget)
        yield


def _stand_ins(world: World, real: Any) -> dict[str, Any]:
    """Return what stands in for each name of the hub. `real` is the client of the simulated DynamoDB."""
    return {
        "switchboard.aws.clients.dynamodb": lambda: Tables(real, world.injector.effect),
        "switchboard.aws.clients.sqs": lambda: Queues(world.queues, world.injector.effect, world.chain),
        "switchboard.aws.clients.stepfunctions": lambda: world.machines,
        "switchboard.aws.clients.sns": lambda: world.topic,
        "switchboard.aws.clients.dynamodb_at_the_door": lambda: Tables(real, world.injector.effect),
        "switchboard.aws.clients.sqs_at_the_door": lambda: Queues(world.queues, world.injector.effect, world.chain),
        "switchboard.aws.clients.s3_at_the_door": lambda: Objects(world.injector.effect, world.objects),
        "switchboard.aws.clients.secretsmanager": lambda: mail.Vault(world.injector.effect),
        "switchboard.aws.clients.sesv2": lambda: world.mail,
        "switchboard.bootstrap.emails.dialling": lambda: SimpleNamespace(snapshot=mail.execution_of),
        "switchboard.bootstrap.emails.snapshots": lambda: None,
        "switchboard.bootstrap.emails.permits": lambda: SimpleNamespace(may_email=lambda _: True),
        "switchboard.campaigns.dialling.people.People": mail.People,
        "switchboard.observability.emails.logger": lambda: world,
        "switchboard.aws.secrets.LastKnown": partial(LastKnown, timer=lambda: world.scheduler.now),
        "switchboard.aws.clients.kms": lambda: Keys(world.injector.effect),
        "switchboard.observability.spills.logger": lambda: world,
        "switchboard.observability.spills.count": lambda _: None,
        "switchboard.bootstrap.spill.monotonic": lambda: world.scheduler.now,
        "switchboard.bootstrap.spill.sleep": world.scheduler.sleep,
        "switchboard.net.http.HttpSender": lambda **_: world.receivers,
        "switchboard.lambdas.lanes._threads": Pool,
        "switchboard.lambdas.lanes.wait": wait,
        "switchboard.kernel.once.Lock": partial(Lock, world.scheduler),
        "switchboard.intake.batch.DeliveriesOfBatch": partial(_locked, DeliveriesOfBatch, world.scheduler),
        "switchboard.intake.spill.FlaggedPlaces": partial(_locked, FlaggedPlaces, world.scheduler),
        "switchboard.deliveries.deliver.DeliverBatch": partial(_locked, DeliverBatch, world.scheduler),
        "switchboard.lambdas.lanes.logger": lambda: world,
        "switchboard.observability.logs.logger": lambda: world,
        "switchboard.observability.logs.count": lambda _: None,
        "switchboard.subscriptions.current.Remembered": partial(Remembered, timer=lambda: world.scheduler.now),
        "switchboard.bootstrap.read_clock": world.scheduler.clock,
        "switchboard.setbacks.random": world.chance.random,
        "switchboard.bootstrap.deliveries.random": world.chance.random,
    }


@cache
def _import_all() -> None:
    """Import the whole hub: a module that is imported later would keep the stand-ins that it finds by their names."""
    for module in walk_packages(switchboard.__path__, "switchboard."):
        import_module(module.name)


def _locked(kind: Any, scheduler: Scheduler, *parts: Any) -> Any:
    """Return an object whose own lock is the scheduler's."""
    made = kind(*parts)
    made._lock = Lock(scheduler)  # noqa: SLF001 - as `patch` does
    return made


def _make_tables(world: World, client: Any) -> None:
    for name in TABLES:
        properties = load_template()["Resources"][name]["Properties"]
        keys = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        wanted = {key: properties[key] for key in keys if key in properties}
        client.create_table(TableName=world.table(name), **wanted)


def _variables(world: World) -> dict[str, str]:
    return {
        "ACCOUNTS_TABLE": world.table("AccountsTable"),
        "CALLS_TABLE": world.table("CallsTable"),
        "DELIVERIES_TABLE": world.table("DeliveriesTable"),
        "SUBSCRIPTIONS_TABLE": world.table("SubscriptionsTable"),
        "ENDPOINTS_TABLE": world.table("EndpointsTable"),
        "TELEPHONY_TABLE": world.table("TelephonyTable"),
        "STREAMS_TABLE": world.table("StreamsTable"),
        "ACTIVITY_TABLE": world.table("ActivityTable"),
        "EMAILS_TABLE": world.table("EmailsTable"),
        "MAILINGS_QUEUE_URL": "MailingsQueue",
        "EMAIL_SENDER": "hub@example.com",
        "TOKEN_KEY_SECRET": "arn:token-key",
        "CORRELATION_WINDOW": "60",
        "EVENTS_QUEUE_URL": "EventsQueue",
        "CAMPAIGNS_BUCKET": "campaigns",
        "DELIVERIES_QUEUE_URL": "DeliveriesQueue",
        "RETRIES_QUEUE_URL": "RetriesQueue",
        "WORKFLOWS": "switchboard",
        "RECORDINGS_TABLE": world.table("RecordingsTable"),
        "OPERATIONS_TOPIC": "operations",
        "SECRETS_KEY": "key",
        "RETRY_SCHEDULE": SCHEDULE,
        "FAST_ATTEMPTS": "3",
        "FINAL_AFTER": "3600",
        "DELIVERY_TIMEOUT": "10",
        "DISABLE_AFTER": "432000",
        "ALLOW_PRIVATE_TARGETS": "true",
        "BASE_URL": "https://hub.example",
    }
