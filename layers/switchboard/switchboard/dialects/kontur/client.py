"""Kontur.CRM's API as its client uses it: complete messages with a connector's data, and read the answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from switchboard.dialects.kontur.errors import CommunicationNotFound
from switchboard.dialects.kontur.internal import between_users, user_of
from switchboard.dialects.kontur.parties import own_in
from switchboard.dialects.kontur.tables import EVENT, FAILED, FINISHED, RECORDING, REGISTER, STARTED
from switchboard.dialects.reading import inside, text
from switchboard.dialects.vendor_requests import (
    FORBIDDEN,
    OK,
    UNAUTHORIZED,
    VendorAnswer,
    VendorRequest,
    not_understood,
    refusal_of,
)
from switchboard.kernel.communication import UploadedFile

ACCESS_KEY = "X-XCOM-AccessKey"
CALLBACKS = "/api/v1/{workspace}/communications/callbacks/telephony"
CONFLICT = 409
REDIRECT = "call-redirect"
TOO_LARGE = "fileTooLarge"
PREFIXED = (EVENT, FINISHED, RECORDING)
# The messages that a connector subscribes to; call-failed only for calls that its own CRM ordered.
MESSAGES = (STARTED, EVENT, FINISHED, RECORDING, REGISTER, f"{FAILED}.{{connector}}")

__all__ = [
    "ACCESS_KEY",
    "CALLBACKS",
    "MESSAGES",
    "RECORDING",
    "REGISTER",
    "asked_by",
    "asked_for",
    "begins",
    "communication_in",
    "complete",
    "denies_key",
    "file_in",
    "identified",
    "is_invalid",
    "is_too_large",
    "is_unknown",
    "leg_of",
    "named",
    "recorded",
    "records",
    "registers",
    "users_in",
    "who_is_responsible",
    "with_recording",
]


def begins(callback: str) -> bool:
    """Whether the answer to this callback holds the communication's id: call-started."""
    return callback == STARTED


def registers(callback: str) -> bool:
    """Whether this callback describes a whole call: register-call."""
    return callback == REGISTER


def records(callback: str) -> bool:
    """Whether this callback announces a recording: call-recording. The CRM needs the file first."""
    return callback == RECORDING


def leg_of(body: Mapping[str, Any]) -> str:
    """Return the id of the leg that a call-recording names."""
    return text(body, "externalCallItemId") or ""


def recorded(body: Mapping[str, Any], file: UploadedFile) -> dict[str, Any]:
    """Return the body with the CRM's id of the uploaded file."""
    return {**body, "recordingFileId": file.id}


def with_recording(body: Mapping[str, Any], file: UploadedFile) -> dict[str, Any]:
    """Return a register-call body with the file at its own leg, else at the first leg that was answered."""
    items = body.get("items") or []
    places = [place for place, item in enumerate(items) if text(item, "id") == file.leg]
    places += [place for place, item in enumerate(items) if "startedAt" in item]
    places += range(len(items))
    shown = {
        "fileId": file.id,
        "fileName": file.name,
        "contentType": file.content_type,
        "contentLength": str(file.size),  # a string in the document's example (ruling kontur 5)
    }
    if not places:
        return dict(body)
    told = [{**item, "recordings": [shown]} if place == places[0] else item for place, item in enumerate(items)]
    return {**body, "items": told}


def file_in(answer: str, name: str) -> str:
    """Return the file's id in the answer to an upload, or an empty string. Dots in `name` separate nested fields."""
    *outer, last = name.split(".")
    found = _object(answer)
    for one in outer:
        found = inside(found, one)
    return text(found, last) or ""


def who_is_responsible(workspace: str, key: str, *, phone: str, external_id: str) -> VendorRequest:
    """Build call-redirect, by call if `external_id` is given, else by number ('Переадресация звонка')."""
    query = {"externalId": external_id} if external_id else {"phoneNumber": phone.removeprefix("+")}
    return VendorRequest("GET", (f"{CALLBACKS.format(workspace=workspace)}/{REDIRECT}",), {ACCESS_KEY: key}, query)


def users_in(answer: VendorAnswer) -> tuple[str, ...]:
    """Return the CRM's user ids, none for a 409. Raises ProviderRefused or ProviderSilent for any other failure."""
    if answer.status == CONFLICT:
        return ()
    if answer.status not in OK:
        raise refusal_of(answer)
    users = answer.body.get("userIds") if isinstance(answer.body, Mapping) else None
    if not isinstance(users, list):
        raise not_understood()
    return tuple(user for user in users if isinstance(user, str))


def denies_key(answer: VendorAnswer) -> bool:
    """Whether the CRM does not accept the access key ('Авторизация')."""
    return answer.status in (UNAUTHORIZED, FORBIDDEN)


def asked_for(body: Mapping[str, Any]) -> str:
    """Return the callee of an outgoing call, which the CRM may have ordered; empty for any other call."""
    return text(body, "clientPhone") or "" if text(body, "direction") == "outbound" else ""


def asked_by(note: str) -> str:
    """Return the extension in the note of an outgoing call's start, or an empty string."""
    return own_in(note)


def identified(body: Mapping[str, Any], communication_id: str) -> dict[str, Any]:
    """Return the body with the communication's id, if known."""
    return {"communicationId": communication_id, **body} if communication_id else dict(body)


def complete(body: Mapping[str, Any], note: str, crm_users: Mapping[str, str], line: str) -> dict[str, Any]:
    """Return the body with CRM users in place of extensions, and with `line` if the body has no line.

    A call between two of the users is `internal`; the message's note has their extensions.
    """
    whole = between_users(body, note, crm_users)
    told = {name: _with_users(value, crm_users) for name, value in whole.items()}
    if "externalVatsPhone" in told and not told["externalVatsPhone"]:
        told["externalVatsPhone"] = line
    return told


def named(callback: str, body: Mapping[str, Any], integration: str) -> dict[str, Any]:
    """Return the body with `externalId` after the integration's name: call-event, call-finished and call-recording.

    The document prints a provider and `/…` there, and the bare id in call-started and register-call.
    """
    if not integration or callback not in PREFIXED or "externalId" not in body:
        return dict(body)
    return {**body, "externalId": f"{integration}/{body['externalId']}"}


def _with_users(value: Any, crm_users: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_users(one, crm_users) for one in value]
    if not isinstance(value, Mapping):
        return value
    if "userId" in value:
        user = user_of(str(value["userId"]), crm_users)
        return {"type": value["type"], **({"userId": user} if user else {})}
    return {name: _with_users(one, crm_users) for name, one in value.items()}


def communication_in(answer: str) -> str:
    """Return the communication's id in the answer to call-started, or an empty string."""
    return text(_object(answer), "id") or ""


def is_invalid(status: int | None, answer: str) -> bool:
    """Whether the CRM rejected the message itself, so that a repeat is useless."""
    told = _object(answer)
    return status == CONFLICT and (bool(inside(told, "errors")) or told.get("status") == 400)  # noqa: PLR2004


def is_too_large(status: int | None, answer: str) -> bool:
    """Whether the CRM rejected a file for its size."""
    return status == CONFLICT and _object(answer).get("status") == TOO_LARGE


def is_unknown(status: int | None, answer: str) -> bool:
    """Whether the CRM does not know the communication; a later repeat may succeed."""
    return status == CONFLICT and _object(answer).get("status") == CommunicationNotFound.code


def _object(answer: str) -> Mapping[str, Any]:
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, Mapping) else {}
