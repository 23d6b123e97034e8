"""`python -m tests.releases.samples <release>` writes one JSON text of each model that a row or a message holds."""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from switchboard.aws.codec import dump

HERE = Path(__file__).parent
# Models of the rows of each table, and of the messages of each queue, as `module:class`.
TABLES: dict[str, tuple[str, ...]] = {
    "AccountsTable": (
        "accounts.model:Account",
        "accounts.model:Extension",
        "accounts.model:Source",
        "accounts.model:SourceAlias",
        "accounts.model:Token",
        "accounts.activity.model:SilenceWatch",
        "accounts.operators.model:OperatorList",
        "accounts.upstream.streamed.model:Bookmark",
        "accounts.upstream.model:Upstream",
        "deliveries.replays.model:ReplayRun",
        "erasures.model:Erasure",
        "routing.model:Routing",
        "telephony.model:AccountTelephony",
    ),
    "ActivityTable": ("accounts.activity.model:RefusedRequest", "accounts.audit.model:AuditRecord"),
    "CallsTable": ("kernel.call:Call", "kernel.call:CallEvent"),
    "SubscriptionsTable": ("subscriptions.model:ReceiverLimits", "subscriptions.model:Subscription"),
    "DeliveriesTable": ("deliveries.model:Attempt", "deliveries.model:Delivery"),
    "EndpointsTable": ("deliveries.endpoint:Lane",),
    "StreamsTable": ("streams.model:StreamMessage",),
    "RecordingsTable": ("recordings.model:Recording",),
    "TelephonyTable": (
        "telephony.asterisk.model:AsteriskCall",
        "telephony.asterisk.ports:PbxConnection",
        "telephony.chime.model:ChimeCall",
        "telephony.model:Command",
        "telephony.pending:PendingCommand",
        "telephony.simulator.model:SimulatedCall",
    ),
    "CommunicationsTable": (
        "crm.oauth.model:OAuthGrant",
        "kernel.communication:Communication",
        "kernel.communication:Connector",
        "kernel.communication:UploadedFile",
    ),
    "CampaignsTable": (
        "campaigns.handover.model:Handover",
        "kernel.campaign:Execution",
        "kernel.campaign:ListUpload",
        "kernel.campaign:NotificationSettings",
        "kernel.campaign:SubscriberGroup",
        "kernel.campaign:Task",
        "kernel.campaign_audio:AudioFile",
        "kernel.campaign_audio:AudioUpload",
    ),
    "DiallingTable": (
        "aws.dialling_rows:Packed",
        "campaigns.dialling.state:Dialler",
        "campaigns.dialling.state:Line",
        "kernel.campaign:SubscriberRecord",
    ),
    "RestrictionsTable": ("campaigns.restrictions.model:DoNotCallEntry",),
    "EmailsTable": ("campaigns.emails.model:EmailResult",),
}
QUEUES: dict[str, tuple[str, ...]] = {
    "EventsQueue": ("kernel.call:CallEvent",),
    "DeliveriesQueue": ("deliveries.endpoint:Drain", "deliveries.model:Delivery"),
    "RetriesQueue": ("deliveries.endpoint:RetryMessage",),
    "SettlementsQueue": ("telephony.pending:PendingKey",),
    "AdvancesQueue": ("telephony.simulator.model:Advance",),
    "PbxQueue": ("telephony.asterisk.ports:PbxFrame",),
    "CrmCallsQueue": ("kernel.communication:CrmCallRequest", "kernel.communication:RedirectRequest"),
    "DiallingQueue": ("campaigns.dialling.messages:ConductorMessage",),
    "WakesQueue": ("campaigns.dialling.messages:WakeMessage",),
    "MailingsQueue": ("campaigns.emails.model:Mailing",),
}
MODELS = sorted({path for paths in (*TABLES.values(), *QUEUES.values()) for path in paths})
PLAIN: dict[Any, Any] = {
    str: "text",
    int: 7,
    float: 1.5,
    bool: True,
    datetime: datetime(2026, 3, 14, 12, tzinfo=UTC),
    date: date(2026, 3, 14),
    time: time(9, 30),
    timedelta: timedelta(seconds=90),
    Any: "any",
    object: "any",
}


def model(path: str) -> Any:
    """Return the model of a path."""
    module, _, name = path.partition(":")
    return getattr(import_module(f"switchboard.{module}"), name)


def sample(kind: Any) -> Any:
    """Return a value of a type, with every field of a model filled."""
    if kind in PLAIN:
        return PLAIN[kind]
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: sample(hints[one.name]) for one in dataclasses.fields(kind) if one.init})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return _of_generic(get_origin(kind), get_args(kind))


def _of_generic(origin: Any, inner: tuple[Any, ...]) -> Any:
    if origin in {Union, types.UnionType}:
        return sample(next(one for one in inner if one is not type(None)))
    if origin is tuple:
        return tuple(sample(one) for one in inner if one is not ...)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {sample(inner[0]): sample(inner[1])}
    if isinstance(origin, type) and issubclass(origin, Sequence | frozenset | set):
        return (list if issubclass(origin, Sequence) else frozenset)([sample(inner[0])])
    return inner[0]  # a literal


def main(release: str) -> None:
    """Write the folder of a release."""
    folder = HERE / release
    folder.mkdir(exist_ok=True)
    for path in MODELS:
        (folder / f"{path.replace(':', '.')}.json").write_text(dump(sample(model(path))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
