"""The names of the fields in `data`, for each kind of event of the hub's own dialect."""

from __future__ import annotations

from switchboard.kernel.call import Kind
from switchboard.subscriptions.vocabulary import Vocabulary

_EVENT = ("event_id", "dialect", "name")
_STATE = ("state", "outcome", "sequence")
_PARTIES = (*_EVENT, "call_id", "direction", "caller", "callee", "line", "trunk", "extension", *_STATE)
_END = (
    *_PARTIES,
    "started_at",
    "answered_at",
    "ended_at",
    "answered",
    "disposition",
    "cause",
    "duration",
    "talk_duration",
    "wait_duration",
    "recording",
)
_VOICEMAIL = (*_PARTIES, "voicemail_type")
_COMMAND = (*_PARTIES, "command_id", "action", "reason")
_CAMPAIGN = (*_EVENT, "execution_id", "task_id", "task_name", "started_at", "phase", "wave", "waves", "counters")
_SUBSCRIBER = (
    *(*_EVENT, "execution_id", "task_id", "task_name", "wave"),
    *("subscriber", "full_name", "callee", "attempts", "answered_at", "digits"),
)
_RAW = (*_PARTIES, "raw")

_OF_KIND: dict[Kind, tuple[str, ...]] = {
    Kind.CALL_STARTED: (*_PARTIES, "started_at"),
    Kind.LEG_STARTED: _PARTIES,
    Kind.LEG_ENDED: _PARTIES,
    Kind.CALL_ANSWERED: (*_PARTIES, "started_at", "answered_at", "wait_duration"),
    Kind.CALL_REDIRECTED: _PARTIES,
    Kind.CALL_ENDED: _END,
    Kind.CALL_MISSED: _END,
    Kind.VOICEMAIL_STARTED: _VOICEMAIL,
    Kind.VOICEMAIL_ENDED: _VOICEMAIL,
    Kind.VOICEMAIL_LEFT: (*_VOICEMAIL, "voicemail"),
    Kind.DIGIT_PRESSED: (*_PARTIES, "digit"),
    Kind.PLAYBACK_ENDED: (*_PARTIES, "played", "whole"),
    Kind.RECORDING_AVAILABLE: (*_PARTIES, "media", "content_type", "bytes", "sha256", "seconds", "url"),
    Kind.RECORDING_FAILED: (*_PARTIES, "media", "reason"),
    Kind.COMMAND_SUCCEEDED: _COMMAND,
    Kind.COMMAND_FAILED: _COMMAND,
    Kind.COMMAND_UNCORRELATED: _COMMAND,
    Kind.CAMPAIGN_STARTED: _CAMPAIGN,
    Kind.CAMPAIGN_PROGRESS: (*_CAMPAIGN, "percent", "reason"),
    Kind.CAMPAIGN_FINISHED: (*_CAMPAIGN, "ended_at"),
    Kind.SUBSCRIBER_NOTIFIED: _SUBSCRIBER,
    Kind.SUBSCRIBER_FAILED: (*_SUBSCRIBER, "reason"),
    Kind.DEVICE_STARTED: (*_EVENT, "device_id"),
    Kind.SMS_RECEIVED: (*_EVENT, "caller", "trunk", "text"),
}
# A kind without a list of its own carries the raw event.
FIELDS: dict[Kind, tuple[str, ...]] = {kind: _OF_KIND.get(kind, _RAW) for kind in Kind}

VOCABULARY = Vocabulary(
    names=frozenset(kind.value for kind in Kind),
    fields=frozenset({"type", "timestamp", "data"}),
    result=("data", "disposition"),
)
