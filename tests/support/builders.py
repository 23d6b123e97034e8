"""Data for tests: every field has a value that makes sense, and a test names only those that it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import Account, Source, Token
from switchboard.accounts.upstream.model import Upstream
from switchboard.calls.apply import apply, first_sight
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState, PreparedRequest
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Direction, Kind, Number, Outcome
from switchboard.kernel.campaign_audio import AudioFile
from switchboard.recordings.model import Media, Recording, recording_id
from switchboard.subscriptions.model import Subscription
from switchboard.telephony.pending import PendingCommand

NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)
CALLER = Number("79161234567", "+79161234567")
CALLEE = Number("73433000100", "+73433000100")
RECORD_FIELDS = ("state", "attempts", "earlier", "finished_at", "parked_at", "reason")


def an_account(id_: str = "acme", **fields: Any) -> Account:
    return Account(**{"id": id_, "name": "Acme", "created_at": NOON, **fields})


def a_token(text: str = "token-text", **fields: Any) -> Token:
    defaults: dict[str, Any] = {
        "id": f"t-{text}",
        "account": "acme",
        "kind": "vpbx",
        "name": "crm",
        "digest": digest_of(text),
        "created_at": NOON,
        "expires_at": NOON + timedelta(days=3650),
    }
    return Token(**{**defaults, **fields})


def a_source(id_: str = "s-office", **fields: Any) -> Source:
    """A source whose PBX may tell of calls long ago, as the samples do."""
    defaults: dict[str, Any] = {"account": "acme", "dialect": "vpbx", "name": "office", "created_at": NOON}
    defaults |= {"history_days": 3650}
    return Source(**{"id": id_, **defaults, **fields})


def a_subscription(event_name: str = "start.call", **fields: Any) -> Subscription:
    defaults: dict[str, Any] = {
        "account": "acme",
        "id": 1,
        "dialect": "vpbx",
        "url": "https://crm.example/calls",
        "created_at": NOON,
    }
    return Subscription(**{**defaults, "event_name": event_name, **fields})


def an_event(id_: str = "e1", **fields: Any) -> CallEvent:
    defaults: dict[str, Any] = {
        "id": id_,
        "account": "acme",
        "source": "s-office",
        "dialect": "vpbx",
        "kind": Kind.CALL_STARTED,
        "name": "start.call",
        "call_id": "call-1",
        "external_id": "call-1",
        "at": NOON,
        "received_at": NOON,
        "direction": Direction.INCOMING,
        "caller": CALLER,
        "callee": CALLEE,
        "raw": {"type": "call_event", "event_name": "start.call", "params": {"call_id": "call-1"}},
    }
    return CallEvent(**{**defaults, **fields})


def an_event_of_no_call(id_: str = "n1", **fields: Any) -> CallEvent:
    bare = {"call_id": "", "external_id": "", "kind": Kind.UNKNOWN, "caller": None, "callee": None, "direction": None}
    return an_event(id_, **{**bare, **fields})


def applied(event: CallEvent, before: Call | None = None) -> AppliedEvent:
    """The event applied to a call, the first sight of it unless told."""
    if not event.call_id:
        return AppliedEvent(event, None, Outcome.NOTED)
    call, outcome = apply(before or first_sight(event), event)
    return AppliedEvent(event, call, outcome, before)


def a_delivery(id_: str = "msg_1", **fields: Any) -> Delivery:
    defaults: dict[str, Any] = {
        "account": "acme",
        "call_id": "call-1",
        "event_id": "e1",
        "event_name": "start.call",
        "subscription_id": 1,
        "subscription_key": "vpbx:start.call",
        "subscription_version": 1,
        "sequence": 1,
        "receiver": "https://crm.example",
        "endpoint": "0f1e2d3c4b5a6978",
        "subject": "call-1",
        "group": "0f1e2d3c4b5a6978:1",
        "rate": 0.0,
        "body": '{"event_name":"start.call"}',
        "created_at": NOON,
    }
    return Delivery(**{"id": id_, **defaults, **fields})


def a_record(id_: str = "msg_1", **fields: Any) -> DeliveryRecord:
    """A record; what is no field of it is one of its delivery's."""
    own = {name: fields.pop(name) for name in RECORD_FIELDS if name in fields}
    return DeliveryRecord(**{"delivery": a_delivery(id_, **fields), "state": DeliveryState.PENDING, **own})


def an_attempt(status: int | None = 500, **fields: Any) -> Attempt:
    return Attempt(**{"at": NOON, "duration_ms": 12, "status": status, **fields})


def a_request(url: str, **fields: Any) -> PreparedRequest:
    defaults: dict[str, Any] = {"headers": {"content-type": "application/json"}, "body": b'{"a":1}', "timeout": 2.0}
    return PreparedRequest(**{"url": url, **defaults, **fields})


def a_pending(command: str = "cmd_1", **fields: Any) -> PendingCommand:
    defaults: dict[str, Any] = {
        "account": "acme",
        "extension": "104",
        "number": CALLER,
        "asked_at": NOON,
        "until": NOON + timedelta(minutes=1),
    }
    return PendingCommand(**{"command": command, **defaults, **fields})


def an_upstream(**fields: Any) -> Upstream:
    defaults: dict[str, Any] = {
        "account": "acme",
        "source": "s-office",
        "base_url": "https://pbx.example",
        "webhook_url": "https://hub.example/webhooks/vpbx/s-office",
        "token": "sealed-token",
        "login": "sealed-login",
        "connected_at": NOON,
    }
    return Upstream(**{**defaults, **fields})


def an_audio_file(id_: str = "7c9e6679-7425-40de-944b-e07fc1f90ae7", **fields: Any) -> AudioFile:
    known: dict[str, Any] = {
        "account": "acme",
        "id": id_,
        "name": "flood_warning",
        "user_id": "user",
        "created_at": NOON,
        "source": "ab" * 32,
        "kind": "audio/mpeg",
        "seconds": 0.1,
        "sizes": {"alaw": 800, "wav": 1644},
    }
    return AudioFile(**{**known, **fields})


def a_recording(call_id: str = "call-1", **fields: Any) -> Recording:
    """An expected recording; its id goes with account, call and media."""
    account, media = fields.get("account", "acme"), fields.get("media", Media.RECORDING)
    defaults: dict[str, Any] = {
        "id": recording_id(account, call_id, media),
        "account": account,
        "call_id": call_id,
        "media": media,
        "source": "s-office",
        "reference": "https://pbx.example/1.mp3",
        "created_at": NOON,
        "since": NOON,
        "next_at": NOON,
    }
    return Recording(**{**defaults, **fields})
