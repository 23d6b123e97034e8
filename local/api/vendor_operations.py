"""What each route of the vendors' APIs, and each webhook, takes and answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from local.api.model import JSON, Content, Listed, Operation, gone, ok
from local.api.operator_operations import TABLE, TABLES, TEXT, TRUTH
from local.api.schemas import reference
from switchboard.campaigns.audio.contracts import ChangeBody, PcmBody, SpeechBody, TreatmentBody, UploadBody
from switchboard.campaigns.contracts import PageQuery
from switchboard.dialects.cato.contracts import ListUploadBody, SettingsBody, TaskBody
from switchboard.dialects.sprecord.subscriptions import HookBody
from switchboard.dialects.vpbx.subscriptions import SubscriptionBody
from switchboard.lambdas.routes import CALLBACKS
from switchboard_client.answers import campaigns, dry_runs, vendors

# A PBX's message: the fields are those of the dialect, and unknown ones are kept.
MESSAGE = Content(JSON, {"type": "object", "description": "A message of the dialect. See the page of the dialect."})
AUDIO = Content("application/octet-stream")
SOUND = (Content("audio/wav"), Content("audio/PCMA"))
KEPT = (Content("audio/mpeg"), Content("audio/wav"), Content("audio/ogg"), Content("application/octet-stream"))
FORM_FILE = Content(
    "multipart/form-data",
    {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]},
)
DETAILS = {"details": {**TRUTH, "description": "`true` shows the hub's own fields, too."}}
USER = {"userId": {"type": "string", "description": "The user whom the object belongs to."}}
ACCEPTED = ok((vendors.Accepted, Content("text/plain", TEXT)), body=MESSAGE)
ACCEPTED_OR_VERIFIED: dict[str, Any] = {
    "anyOf": [reference(one.__name__) for one in (vendors.Accepted, vendors.Handshake)]
}
VERIFIED = ok((Content(JSON, ACCEPTED_OR_VERIFIED), Content("text/plain", TEXT)), body=MESSAGE)
DONE = ok(Content(JSON, {"const": "OK"}), body=MESSAGE, refusals=(409,))
EXTENSION = ok(
    (vendors.RoutedTo, Content("text/plain", TEXT)), query=({"phone": {**TEXT, "description": "The caller."}},)
)
CHECKED = ok(
    Content("text/plain", TEXT),
    query=({"zd_echo": {**TEXT, "description": "The value of Zadarma's check of an address: the answer repeats it."}},),
)
ACTION: dict[str, Any] = {
    "type": "object",
    "properties": {"action": {"type": "string", "enum": ["pause", "resume", "stop"]}},
    "required": ["action"],
}
REDIRECTED: dict[int, Any] = {307: None}

WEBHOOKS: dict[str, Operation] = {
    "POST /webhooks/vpbx/{source}": ACCEPTED,
    "POST /webhooks/callevents/{source}": ACCEPTED,
    "POST /webhooks/sprecord/{source}": VERIFIED,
    "POST /webhooks/{dialect_or_source}/{source}": ACCEPTED,
    "GET /webhooks/{dialect_or_source}/{source}": CHECKED,
    "POST /webhooks/{dialect_or_source}/{source}/{group}/{event}": ACCEPTED,
    "POST /webhooks/{dialect_or_source}/{source}/{group}/{event}/{detail}": ACCEPTED,
    "GET /webhooks/{dialect_or_source}/route": EXTENSION,
}
HOOK = ok(Content("text/plain", TEXT), body=Content("application/x-www-form-urlencoded", {"type": "object"}))
CRM_HOOKS: dict[str, Operation] = {"POST /crm/{account}/{connector}/{hook}": HOOK}
SUBSCRIBE: dict[str, Operation] = {
    "GET": ok(vendors.VpbxSubscriptions),
    "POST": Operation({200: vendors.VpbxSubscribed, 409: vendors.VpbxAlreadyThere}, body=SubscriptionBody),
    "PUT": ok(vendors.VpbxSubscribed, body=SubscriptionBody),
    "PATCH": ok(vendors.VpbxSubscribed, body=Content(JSON, {"type": "object"}), query=({"event_name": TEXT},)),
    "DELETE": Operation({200: vendors.VpbxRemoved, 204: None}, query=({"event_name": TEXT},), needed=("event_name",)),
}
ORDER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "local_num": {"type": ["string", "integer"], "description": "The extension that rings first."},
        "phone2call": {"type": ["string", "integer"], "description": "The number to call."},
        "callerid_num": {"type": ["string", "integer"], "description": "The caller's number for the called party."},
    },
    "required": ["local_num", "phone2call"],
}
ORIGINATE = ok(vendors.VpbxMessage, body=Content(JSON, ORDER), refusals=(409, 502, 504))
# Megafon's family. The first generation answers a call with its id as text, and a history as CSV.
FORM = "application/x-www-form-urlencoded"
ROWS: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
COMMAND: dict[str, Any] = {
    "type": "object",
    "properties": dict.fromkeys(("cmd", "token", "phone", "user", "period", "start", "end", "type", "limit"), TEXT),
    "required": ["cmd", "token"],
}
WISH: dict[str, Any] = {
    "type": "object",
    "properties": {"phone": TEXT, "user": TEXT},
    "required": ["phone", "user"],
}
CALL_ID: dict[str, Any] = {"type": "object", "properties": {"callid": TEXT}, "required": ["callid"]}
FIRST_GENERATION = ok(
    (Content("text/plain", TEXT), Content(JSON, ROWS), Content("text/csv", TEXT)),
    body=Content(FORM, COMMAND),
    refusals=(409, 502, 504),
)
MADE_CALL = ok(Content(JSON, CALL_ID), body=Content(JSON, WISH), refusals=(409, 502, 504))
USERS = ok(Content(JSON, ROWS))
HISTORY = ok(Content(JSON, ROWS), query=(dict.fromkeys(("period", "start", "end", "type", "limit"), TEXT),))
FILE = Operation({200: KEPT, 206: KEPT, 304: None, 404: vendors.VpbxNoFile, 416: None})
BY_LINK = {"link": {**TEXT, "description": "The signature of a link that a CRM was given. No token is needed then."}}
VPBX: dict[str, Operation] = {
    **{f"{method} /api/v1/events/subscribe": one for method, one in SUBSCRIBE.items()},
    **{f"{method} /api/v1/event/subscribe": one for method, one in SUBSCRIBE.items()},
    "GET /api/v1/doc": ok(Content("text/html", TEXT)),
    "GET /api/v1/phones/local": ok(vendors.VpbxPhones),
    "POST /api/v1/application/originate": ORIGINATE,
    "POST /api/v1/aplication/originate": ORIGINATE,
    "POST /sys/crm_api.wcgp": FIRST_GENERATION,
    "POST /crmapi/v1/makecall": MADE_CALL,
    "GET /crmapi/v1/users": USERS,
    "GET /crmapi/v1/history/json": HISTORY,
    "GET /api/v1/record/{call_id}": replace(FILE, query=(BY_LINK,)),
    "GET /api/v1/voicemail/{call_id}": FILE,
}
SPRECORD: dict[str, Operation] = {
    "GET /sys/subscribe_events": ok(vendors.SprecordHook),
    "POST /sys/subscribe_events": ok(vendors.SprecordHook, body=HookBody, refusals=(409,)),
    "GET /sys/events": ok(
        Content("text/event-stream", TEXT),
        query=(
            {
                "last_event_id": {**TEXT, "description": "The id of the last event that the client has."},
                "ticket": {**TEXT, "description": "A ticket, for clients that cannot send a header."},
            },
        ),
    ),
    "POST /sys/events/ticket": Operation({201: vendors.SprecordTicket}),
    "GET /sys/records/{record_id}": Operation({200: KEPT, 206: KEPT, 304: None, 416: None}),
}
CALL: dict[str, Any] = {
    "type": "object",
    "properties": {
        "communicationId": {"type": "string"},
        "fromUserId": {"type": "string"},
        "clientPhone": {"type": "string"},
        "toUserId": {"type": "string"},
    },
    "required": ["communicationId", "fromUserId"],
}
KONTUR: dict[str, Operation] = {
    "POST /api/v1/{ws}/communications/call": ok(
        Content(JSON, {"const": "OK"}), body=Content(JSON, CALL), refusals=(409,)
    ),
    "POST /api/v1/{ws}/communications/{communication}/hangup": DONE,
    "POST /api/v1/{ws}/communications/hangup": DONE,
    f"POST {CALLBACKS}/call-started": ok(vendors.KonturCommunication, body=MESSAGE, refusals=(409,)),
    f"POST {CALLBACKS}/call-event": DONE,
    f"POST {CALLBACKS}/call-finished": DONE,
    f"POST {CALLBACKS}/call-failed": DONE,
    f"POST {CALLBACKS}/call-recording": DONE,
    f"POST {CALLBACKS}/register-call": Operation(
        {200: Content(JSON, {"const": "OK"}), 409: Content(JSON, {"const": "Error"})}, body=MESSAGE
    ),
    "POST /api/v1/{ws}/files": ok(vendors.KonturFile, body=FORM_FILE, refusals=(409, 415)),
    f"GET {CALLBACKS}/call-redirect": ok(
        vendors.KonturUsers, query=({"externalId": TEXT, "phoneNumber": TEXT},), refusals=(409,)
    ),
}
ADD_LIST = (Content(JSON, {"type": "array", "items": {"type": "object"}}), *TABLE)
SEND_AUDIO = (AUDIO, Content("audio/mpeg"), Content("audio/wav"))
ADDED: dict[str, Any] = {
    "anyOf": [reference(one.__name__) for one in (campaigns.AudioFile, campaigns.AudioAdded)],
    "description": "With `?details=true` all fields.",
}
AUDIO_FILES: dict[str, Operation] = {
    "GET /api/v1/audio-files": ok(Listed(campaigns.AudioFile), query=(PageQuery,)),
    "PUT /api/v1/audio-files/add/{filename}": ok(
        Content(JSON, ADDED), body=SEND_AUDIO, query=(PcmBody, TreatmentBody, DETAILS), refusals=(409,)
    ),
    "GET /api/v1/audio-files/{audio}": ok(campaigns.AudioFile),
    "PUT /api/v1/audio-files/{audio}": ok(
        campaigns.AudioFile, body=(ChangeBody, *SEND_AUDIO), query=(PcmBody, TreatmentBody), refusals=(409,)
    ),
    "DELETE /api/v1/audio-files/{audio}": gone(refusals=(409,)),
    "POST /api/v1/audio-files/uploads": Operation({201: campaigns.UploadBegun}, body=UploadBody),
    "POST /api/v1/audio-files/uploads/{upload}": ok(campaigns.AudioFile, refusals=(409, 415)),
    "GET /api/v1/audio-files/{audio}/content": Operation(
        {200: SOUND, 206: SOUND, **REDIRECTED, 304: None, 416: None},
        query=({"rendition": {"type": "string", "enum": ["wav", "alaw"]}},),
    ),
    "GET /telephony/audio/{ticket}/{account}/{audio}/{file}": Operation(
        {200: SOUND, 206: SOUND, **REDIRECTED, 304: None, 416: None}
    ),
    "POST /api/v1/audio-files/tts": ok(campaigns.AudioFile, body=SpeechBody, refusals=(501, 502, 504)),
}
GROUPS: dict[str, Operation] = {
    "GET /api/v1/subscriber-groups": ok(Listed(campaigns.Group), query=(PageQuery,)),
    "POST /api/v1/subscriber-groups/preview": ok(campaigns.ListPreview, body=ADD_LIST, query=(TABLES,)),
    "PUT /api/v1/subscriber-groups/add/{name}": ok(campaigns.Group, body=ADD_LIST, query=(TABLES, USER)),
    "GET /api/v1/subscriber-groups/{group}": ok(campaigns.Group),
    "PUT /api/v1/subscriber-groups/{group}": ok(
        campaigns.Group, body=ADD_LIST, query=(TABLES, USER, {"name": TEXT}), optional=True, refusals=(409,)
    ),
    "DELETE /api/v1/subscriber-groups/{group}": gone(refusals=(409,)),
    "GET /api/v1/subscriber-groups/{group}/content": Operation({200: Listed(campaigns.Subscriber), **REDIRECTED}),
    "POST /api/v1/subscriber-groups/uploads": Operation({201: campaigns.UploadBegun}, body=ListUploadBody),
    "POST /api/v1/subscriber-groups/uploads/{upload}": ok(campaigns.Group, query=(TABLES,), refusals=(409,)),
}
SETTINGS: dict[str, Operation] = {
    "GET /api/v1/notification-settings": ok(Listed(campaigns.NotificationSettings), query=(PageQuery,)),
    "POST /api/v1/notification-settings": ok(campaigns.NotificationSettings, body=SettingsBody),
    "GET /api/v1/notification-settings/{settings}": ok(campaigns.NotificationSettings),
    "PUT /api/v1/notification-settings/{settings}": ok(
        campaigns.NotificationSettings, body=SettingsBody, refusals=(409,)
    ),
    "DELETE /api/v1/notification-settings/{settings}": gone(refusals=(409,)),
    "GET /api/v1/tasks": ok(Listed(campaigns.Task), query=(PageQuery,)),
    "POST /api/v1/tasks": ok(campaigns.Task, body=TaskBody, refusals=(404, 409)),
    "GET /api/v1/tasks/{task}": ok(campaigns.Task),
    "PUT /api/v1/tasks/{task}": ok(campaigns.Task, body=TaskBody, refusals=(409,)),
    "DELETE /api/v1/tasks/{task}": gone(refusals=(409,)),
    "PUT /api/v1/tasks/{task}/start": ok(campaigns.Started, refusals=(409, 502, 504)),
    "POST /api/v1/tasks/{task}/dry-run": ok(dry_runs.DryRun, refusals=(409,)),
}
CAMPAIGN_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "list": {"type": "string", "format": "binary", "description": "The people, as JSON or a table."},
        "group": {"type": "array", "items": TEXT, "description": "Ids of stored lists."},
        "audio": {"type": "string", "format": "binary", "description": "The message."},
        "file": {"type": "array", "items": TEXT, "description": "Ids of stored audio files."},
        "settings": {**TEXT, "description": "Notification settings, as a JSON object."},
        "preset": {**TEXT, "description": "The name of stored notification settings."},
        "name": TEXT,
        "key": {**TEXT, "description": "The idempotency key, if there is no header `Idempotency-Key`."},
        "rehearsal": {**TEXT, "description": "The only numbers to call, separated by commas."},
        "priority": {"type": "string", "pattern": "^[0-9]$"},
        "userId": TEXT,
        "encoding": TEXT,
        "columns": TEXT,
        "skipInvalid": TRUTH,
    },
    "additionalProperties": False,
}
STEERED = ok(campaigns.Execution, refusals=(409, 502, 504))
EXECUTIONS: dict[str, Operation] = {
    "POST /api/v1/campaigns": ok(
        campaigns.Launched, body=Content("multipart/form-data", CAMPAIGN_FORM), refusals=(404, 409, 415)
    ),
    "GET /api/v1/task-execs": ok(Listed(campaigns.Execution), query=(PageQuery,)),
    "GET /api/v1/task-execs/{execution}": ok(
        campaigns.ExecutionPage,
        query=(
            {
                "cursor": {"type": "integer", "minimum": 0, "maximum": 10_000_000},
                "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
            },
            DETAILS,
        ),
    ),
    "PUT /api/v1/task-execs/{execution}": ok(campaigns.Execution, body=Content(JSON, ACTION), refusals=(409, 502, 504)),
    "DELETE /api/v1/task-execs/{execution}": gone(refusals=(409,)),
    "PUT /api/v1/task-execs/{execution}/pause": STEERED,
    "PUT /api/v1/task-execs/{execution}/resume": STEERED,
    "PUT /api/v1/task-execs/{execution}/stop": STEERED,
    "GET /api/v1/task-execs/{execution}/report.csv": ok(
        Content("text/csv", TEXT),
        query=({"delimiter": {"type": "string", "enum": ["semicolon", "comma", "tab"]}},),
    ),
    "GET /api/v1/task-execs/{execution}/report.xlsx": ok(
        Content("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ),
    "GET /api/v1/task-execs/{execution}/report.html": ok(
        Content("text/html", TEXT), query=({"lang": {"type": "string", "enum": ["en", "ru"]}},)
    ),
}
CATO = {**AUDIO_FILES, **GROUPS, **SETTINGS, **EXECUTIONS}
VENDORS = {**WEBHOOKS, **CRM_HOOKS, **VPBX, **SPRECORD, **KONTUR, **CATO}
