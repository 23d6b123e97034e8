"""The table of adapters: name, type, class, and what gives each argument of the class.

A row is a function that builds its adapter at the first call and then returns the same one. A row imports the module of
its class at that call too. `settings` names the table, queue, bucket or workflow. An adapter that only another row uses
has its own row too: tests clear the cached adapters by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from switchboard import settings
from switchboard.bootstrap import now

if TYPE_CHECKING:
    from switchboard.aws.accounts_table import (
        AccountRows,
        AccountsTable,
        ExtensionRows,
        SourceRows,
        TelephonyRows,
        TokenRows,
    )
    from switchboard.aws.audiences_bucket import AudiencesBucket
    from switchboard.aws.audio_bucket import AudioBucket
    from switchboard.aws.audio_conversion import LambdaConversion
    from switchboard.aws.audio_files_table import AudioFilesTable
    from switchboard.aws.audit_rows import AuditRows
    from switchboard.aws.bookmarks import BookmarkRows
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.campaign_rows import CampaignHolds, CampaignRows
    from switchboard.aws.communications_table import CommunicationsTable
    from switchboard.aws.connectors import ConnectorRows
    from switchboard.aws.deliveries_table import DeliveriesTable
    from switchboard.aws.dialling_queue import DiallingQueue, WakeQueue
    from switchboard.aws.dialling_table import DiallingTable
    from switchboard.aws.dialling_troubles import TroubleRows
    from switchboard.aws.emails import MailingQueue, PostingsTable
    from switchboard.aws.endpoints_table import EndpointsTable
    from switchboard.aws.erasures import ErasureRows
    from switchboard.aws.handover_rows import HandoverRows
    from switchboard.aws.links import LinkRows
    from switchboard.aws.list_uploads import ListUploads
    from switchboard.aws.open_calls import OpenCallRows
    from switchboard.aws.operational_events import OperationalEvents
    from switchboard.aws.operators import OperatorRow
    from switchboard.aws.pbx_link import GatewayLink, PbxFrameQueue
    from switchboard.aws.pbx_rows import AsteriskCallRows, PbxConnectionRows
    from switchboard.aws.pending_commands import PendingRows, SettlementQueue
    from switchboard.aws.polly import PollySpeaker
    from switchboard.aws.queues import SqsAdvanceQueue, SqsCrmCallQueue, SqsDeliveryQueue, SqsEventQueue, SqsRetryQueue
    from switchboard.aws.recordings_bucket import RecordingsBucket
    from switchboard.aws.recordings_table import RecordingsTable
    from switchboard.aws.refused_logins import RefusedLoginRows
    from switchboard.aws.restrictions_table import RestrictionsTable
    from switchboard.aws.routings import RoutingRows
    from switchboard.aws.secrets import Secrets
    from switchboard.aws.silences import SilenceRows
    from switchboard.aws.simulated_calls import SimulatedCallRows
    from switchboard.aws.source_activity import SourceActivityTable
    from switchboard.aws.spending import SpendingTable
    from switchboard.aws.spilled_events import SpilledObjects, SpilledRows
    from switchboard.aws.stream_reader import StreamReader
    from switchboard.aws.streams_table import StreamsTable
    from switchboard.aws.subscriptions_table import SubscriptionsTable
    from switchboard.aws.telephony_table import TelephonyTable
    from switchboard.aws.upstreams import UpstreamRows
    from switchboard.aws.vault import KmsVault
    from switchboard.aws.visibility import DeadLetters
    from switchboard.aws.workflows import CampaignWorkflow, EraseWorkflow, FetchWorkflow, RedeliveryWorkflow
    from switchboard.kernel.campaign import NotificationSettings, SubscriberGroup, Task

T = TypeVar("T")
Adapter = Callable[[], T]


def adapter(path: str, *parts: Callable[[], object]) -> Adapter[Any]:
    """Return a row: a function that builds the class at `path` of what `parts` return, once."""
    return cache(partial(_build, path, parts))


def acknowledge(queue_url: Callable[[], str]) -> Callable[[Sequence[str]], None]:
    """Return a function that deletes messages of a queue, by their receipts."""

    def delete(receipts: Sequence[str]) -> None:
        _load("aws.visibility.acknowledge")(sqs(), queue_url(), receipts)

    return delete


def _build(path: str, parts: tuple[Callable[[], object], ...]) -> Any:
    return _load(path)(*(part() for part in parts))


def _load(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"switchboard.{module}"), name)


def client(name: str) -> Any:
    return _load(f"aws.clients.{name}")()


def _as_is(value: object) -> Callable[[], object]:
    return lambda: value


def _class(path: str) -> Callable[[], object]:
    return partial(_load, path)


dynamodb = partial(client, "dynamodb")
s3 = partial(client, "s3")
sqs = partial(client, "sqs")
stepfunctions = partial(client, "stepfunctions")
NOW = _as_is(now)
POLL_WORKFLOW = _as_is(settings.poll_workflow)  # its variable is read when a workflow starts
COUNT, LOST = _class("observability.logs.count"), _class("observability.logs.operational_event_lost")
STALE = _class("observability.spills.stale_served")
UNASKED = _class("observability.spills.spill_not_asked")
UNREAD = _class("observability.logs.reader_not_started")

# Rows of `AccountsTable`.
ACCOUNTS, AT_THE_DOOR = "aws.accounts_table.AccountsTable", partial(client, "dynamodb_at_the_door")
accounts_table: Adapter[AccountsTable] = adapter(ACCOUNTS, dynamodb, settings.accounts_table)
accounts_table_at_the_door: Adapter[AccountsTable] = adapter(ACCOUNTS, AT_THE_DOOR, settings.accounts_table)
silences: Adapter[SilenceRows] = adapter("aws.silences.SilenceRows", accounts_table)
upstreams: Adapter[UpstreamRows] = adapter("aws.upstreams.UpstreamRows", accounts_table)
bookmarks: Adapter[BookmarkRows] = adapter("aws.bookmarks.BookmarkRows", accounts_table)
erasures: Adapter[ErasureRows] = adapter("aws.erasures.ErasureRows", accounts_table)
operators: Adapter[OperatorRow] = adapter("aws.operators.OperatorRow", accounts_table)
routings: Adapter[RoutingRows] = adapter("aws.routings.RoutingRows", accounts_table)


def accounts() -> AccountRows:
    return accounts_table().accounts


def tokens() -> TokenRows:
    return accounts_table().tokens


def sources() -> SourceRows:
    return accounts_table().sources


def extensions() -> ExtensionRows:
    return accounts_table().extensions


def telephonies() -> TelephonyRows:
    return accounts_table().telephonies


def accounts_at_the_door() -> AccountRows:
    return accounts_table_at_the_door().accounts


def sources_at_the_door() -> SourceRows:
    return accounts_table_at_the_door().sources


# Subscriptions, calls and deliveries. `new_subscriptions` has `next_id` for new ones; `kept_calls` is read-only.
SUBSCRIPTIONS, CALLS = "aws.subscriptions_table.SubscriptionsTable", "aws.calls_table.CallsTable"
subscriptions: Adapter[SubscriptionsTable] = adapter(SUBSCRIPTIONS, dynamodb, settings.subscriptions_table)
new_subscriptions: Adapter[SubscriptionsTable] = adapter(
    SUBSCRIPTIONS, dynamodb, settings.subscriptions_table, accounts_table
)
calls: Adapter[CallsTable] = adapter(CALLS, dynamodb, settings.calls_table, settings.deliveries_table)
kept_calls: Adapter[CallsTable] = adapter(CALLS, dynamodb, settings.calls_table, _as_is(""))
open_calls: Adapter[OpenCallRows] = adapter("aws.open_calls.OpenCallRows", dynamodb, settings.calls_table)
deliveries: Adapter[DeliveriesTable] = adapter(
    "aws.deliveries_table.DeliveriesTable", dynamodb, settings.deliveries_table
)
endpoints: Adapter[EndpointsTable] = adapter(
    "aws.endpoints_table.EndpointsTable", dynamodb, settings.endpoints_table, deliveries
)
streams: Adapter[StreamsTable] = adapter("aws.streams_table.StreamsTable", dynamodb, settings.streams_table)

audit_trail: Adapter[AuditRows] = adapter("aws.audit_rows.AuditRows", dynamodb, settings.activity_table)
refused_logins: Adapter[RefusedLoginRows] = adapter(
    "aws.refused_logins.RefusedLoginRows", dynamodb, settings.activity_table
)
source_activity: Adapter[SourceActivityTable] = adapter(
    "aws.source_activity.SourceActivityTable", dynamodb, settings.activity_table
)
# Events that the queue of events refused, as a webhook keeps them and as others read them.
ROWS_OF_SPILL, OBJECTS_OF_SPILL = "aws.spilled_events.SpilledRows", "aws.spilled_events.SpilledObjects"
spilled_rows: Adapter[SpilledRows] = adapter(ROWS_OF_SPILL, dynamodb, settings.activity_table)
spilled_objects: Adapter[SpilledObjects] = adapter(
    OBJECTS_OF_SPILL, partial(client, "s3_at_the_door"), settings.campaigns_bucket, UNASKED
)
spilled_rows_at_the_door: Adapter[SpilledRows] = adapter(ROWS_OF_SPILL, AT_THE_DOOR, settings.activity_table)
spending: Adapter[SpendingTable] = adapter("aws.spending.SpendingTable", dynamodb, settings.activity_table)

# Telephony.
TELEPHONY = settings.telephony_table
commands: Adapter[TelephonyTable] = adapter("aws.telephony_table.TelephonyTable", dynamodb, TELEPHONY)
pending_commands: Adapter[PendingRows] = adapter("aws.pending_commands.PendingRows", dynamodb, TELEPHONY)
simulated_calls: Adapter[SimulatedCallRows] = adapter("aws.simulated_calls.SimulatedCallRows", dynamodb, TELEPHONY)
pbx_connections: Adapter[PbxConnectionRows] = adapter("aws.pbx_rows.PbxConnectionRows", dynamodb, TELEPHONY)
asterisk_calls: Adapter[AsteriskCallRows] = adapter("aws.pbx_rows.AsteriskCallRows", dynamodb, TELEPHONY)
pbx_frames: Adapter[PbxFrameQueue] = adapter("aws.pbx_link.PbxFrameQueue", sqs, settings.pbx_queue_url)
pbx_link: Adapter[GatewayLink] = adapter(
    "aws.pbx_link.GatewayLink", lambda: _load("aws.clients.pbx_gateway")(settings.pbx_gateway_url())
)

# Recordings.
recordings: Adapter[RecordingsTable] = adapter(
    "aws.recordings_table.RecordingsTable", dynamodb, settings.recordings_table
)
recordings_bucket: Adapter[RecordingsBucket] = adapter(
    "aws.recordings_bucket.RecordingsBucket", s3, settings.recordings_bucket
)

# CRMs. The connectors are rows of `CommunicationsTable` in the layout of `AccountsTable`.
communications: Adapter[CommunicationsTable] = adapter(
    "aws.communications_table.CommunicationsTable", dynamodb, settings.communications_table
)
links: Adapter[LinkRows] = adapter("aws.links.LinkRows", dynamodb, settings.communications_table, NOW)
connector_rows: Adapter[AccountsTable] = adapter(ACCOUNTS, dynamodb, settings.communications_table)
connectors: Adapter[ConnectorRows] = adapter("aws.connectors.ConnectorRows", connector_rows)

# Campaigns. `snapshots` are the lists of executions, which end with their reports.
ROWS, AUDIENCES = "aws.campaign_rows.CampaignRows", "aws.audiences_bucket.AudiencesBucket"
campaign_rows = partial(adapter, ROWS, dynamodb, settings.campaigns_table)
campaign_settings: Adapter[CampaignRows[NotificationSettings]] = campaign_rows(
    _as_is("settings"), _class("kernel.campaign.NotificationSettings")
)
subscriber_groups: Adapter[CampaignRows[SubscriberGroup]] = campaign_rows(
    _as_is("group"), _class("kernel.campaign.SubscriberGroup")
)
tasks: Adapter[CampaignRows[Task]] = campaign_rows(_as_is("task"), _class("kernel.campaign.Task"))
campaign_holds: Adapter[CampaignHolds] = adapter("aws.campaign_rows.CampaignHolds", dynamodb, settings.campaigns_table)
audiences: Adapter[AudiencesBucket] = adapter(AUDIENCES, s3, settings.campaigns_bucket, _as_is("audiences"))
snapshots: Adapter[AudiencesBucket] = adapter(AUDIENCES, s3, settings.campaigns_bucket, _as_is("executions"))
list_uploads: Adapter[ListUploads] = adapter(
    "aws.list_uploads.ListUploads", dynamodb, settings.campaigns_table, s3, settings.campaigns_bucket, NOW
)
audio_files: Adapter[AudioFilesTable] = adapter(
    "aws.audio_files_table.AudioFilesTable", dynamodb, settings.campaigns_table
)
audio_conversion: Adapter[LambdaConversion] = adapter(
    "aws.audio_conversion.LambdaConversion", partial(client, "patient_lambda"), settings.convert_audio_function
)
audio_bucket: Adapter[AudioBucket] = adapter("aws.audio_bucket.AudioBucket", s3, settings.campaigns_bucket)
dialling: Adapter[DiallingTable] = adapter(
    "aws.dialling_table.DiallingTable", dynamodb, settings.dialling_table, settings.restrictions_table
)
troubles: Adapter[TroubleRows] = adapter("aws.dialling_troubles.TroubleRows", dynamodb, settings.dialling_table)
handover_rows: Adapter[HandoverRows] = adapter("aws.handover_rows.HandoverRows", dynamodb, settings.dialling_table)
do_not_call: Adapter[RestrictionsTable] = adapter(
    "aws.restrictions_table.RestrictionsTable", dynamodb, settings.restrictions_table
)
postings: Adapter[PostingsTable] = adapter("aws.emails.PostingsTable", dynamodb, settings.emails_table)

# Queues.
event_queue: Adapter[SqsEventQueue] = adapter("aws.queues.SqsEventQueue", sqs, settings.events_queue_url)
event_queue_at_the_door: Adapter[SqsEventQueue] = adapter(
    "aws.queues.SqsEventQueue", partial(client, "sqs_at_the_door"), settings.events_queue_url
)
delivery_queue: Adapter[SqsDeliveryQueue] = adapter("aws.queues.SqsDeliveryQueue", sqs, settings.deliveries_queue_url)
retry_queue: Adapter[SqsRetryQueue] = adapter("aws.queues.SqsRetryQueue", sqs, settings.retries_queue_url)
crm_call_queue: Adapter[SqsCrmCallQueue] = adapter("aws.queues.SqsCrmCallQueue", sqs, settings.crm_calls_queue_url)
advance_queue: Adapter[SqsAdvanceQueue] = adapter("aws.queues.SqsAdvanceQueue", sqs, settings.advances_queue_url)
settlement_queue: Adapter[SettlementQueue] = adapter(
    "aws.pending_commands.SettlementQueue", sqs, settings.settlements_queue_url, NOW
)
dialling_queue: Adapter[DiallingQueue] = adapter("aws.dialling_queue.DiallingQueue", sqs, settings.dialling_queue_url)
wake_queue: Adapter[WakeQueue] = adapter("aws.dialling_queue.WakeQueue", sqs, settings.wakes_queue_url)
mailing_queue: Adapter[MailingQueue] = adapter("aws.emails.MailingQueue", sqs, settings.mailings_queue_url)
# Each worker has the dead queue of its own queue.
dead_letters: Adapter[DeadLetters] = adapter("aws.visibility.DeadLetters", sqs, settings.dead_queue_url)

stream_reader: Adapter[StreamReader] = adapter(
    "aws.stream_reader.StreamReader", partial(client, "lambda_"), settings.read_streams_function, UNREAD
)

# Workflows. `handover_workflow` starts no workflow that dials.
redelivery_workflow: Adapter[RedeliveryWorkflow] = adapter(
    "aws.workflows.RedeliveryWorkflow", stepfunctions, settings.redelivery_workflow
)
fetch_workflow: Adapter[FetchWorkflow] = adapter("aws.workflows.FetchWorkflow", stepfunctions, settings.fetch_workflow)
erase_workflow: Adapter[EraseWorkflow] = adapter("aws.workflows.EraseWorkflow", stepfunctions, settings.erase_workflow)
CAMPAIGN_WORKFLOW = "aws.workflows.CampaignWorkflow"
campaign_workflow: Adapter[CampaignWorkflow] = adapter(
    CAMPAIGN_WORKFLOW, stepfunctions, settings.campaign_workflow, POLL_WORKFLOW
)
handover_workflow: Adapter[CampaignWorkflow] = adapter(CAMPAIGN_WORKFLOW, stepfunctions, _as_is(""), POLL_WORKFLOW)

# Secrets, speech and the operators' topic.
vault: Adapter[KmsVault] = adapter("aws.vault.KmsVault", partial(client, "kms"), settings.secrets_key)
secrets: Adapter[Secrets] = adapter("aws.secrets.Secrets", partial(client, "secretsmanager"), STALE)
polly: Adapter[PollySpeaker] = adapter("aws.polly.PollySpeaker", partial(client, "polly"))
operations: Adapter[OperationalEvents] = adapter(
    "aws.operational_events.OperationalEvents", partial(client, "sns"), settings.operations_topic, COUNT, LOST
)
