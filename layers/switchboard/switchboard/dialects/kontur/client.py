"""Kontur.CRM as its client sees it: messages completed with what a connector knows, and its answers read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from switchboard.crm.model import UploadedFile
from switchboard.dialects.kontur.errors import CommunicationNotFound
from switchboard.dialects.kontur.tables import EVENT, FAILED, FINISHED, RECORDING, REGISTER, STARTED
from switchboard.dialects.reading import inside, text
from switchboard.dialects.vendor_requests import OK, VendorAnswer, VendorRequest, not_understood, refusal_of

ACCESS_KEY = "X-XCOM-AccessKey"
CALLBACKS = "/api/v1/{workspace}/communications/callbacks/telephony"
CONFLICT = 409
REDIRECT = "call-redirect"
TOO_LARGE = "fileTooLarge"
# What a connector is told; of calls that could not be made those that its CRM asked for.
MESSAGES = (STARTED, EVENT, FINISHED, RECORDING, REGISTER, f"{FAILED}.{{connector}}")

__all__ = [
    "ACCESS_KEY",
    "CALLBACKS",
    "MESSAGES",
    "asked_for",
    "begins",
    "communication_in",
    "complete",
    "file_in",
    "identified",
    "is_invalid",
    "is_too_large",
    "is_unknown",
    "leg_of",
    "recorded",
    "records",
    "registers",
    "users_in",
    "who_is_responsible",
    "with_recording",
]


def begins(callback: str) -> bool:
    """Whether the answer to a message names the communication."""
    return callback == STARTED


def registers(callback: str) -> bool:
    """Whether a message tells the whole of a call."""
    return callback == REGISTER


def records(callback: str) -> bool:
    """Whether a message tells of a recording, which the CRM is to have before."""
    return callback == RECORDING


def leg_of(body: Mapping[str, Any]) -> str:
    """The leg that a recording is of."""
    return text(body, "externalCallItemId") or ""


def recorded(body: Mapping[str, Any], file: UploadedFile) -> dict[str, Any]:
    """The body with the CRM's id of the recording."""
    return {**body, "recordingFileId": file.id}


def with_recording(body: Mapping[str, Any], file: UploadedFile) -> dict[str, Any]:
    """The whole of a call with its recording, at the leg that it is of, else at the one that talked."""
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
    """A file's id in the answer to its upload, empty where there is none; dots in `name` lead inwards."""
    *outer, last = name.split(".")
    found = _object(answer)
    for one in outer:
        found = inside(found, one)
    return text(found, last) or ""


def who_is_responsible(workspace: str, key: str, *, phone: str, external_id: str) -> VendorRequest:
    """call-redirect: by the number of the caller, or by the call as it was told (section 'Переадресация звонка')."""
    query = {"externalId": external_id} if external_id else {"phoneNumber": phone.removeprefix("+")}
    return VendorRequest("GET", (f"{CALLBACKS.format(workspace=workspace)}/{REDIRECT}",), {ACCESS_KEY: key}, query)


def users_in(answer: VendorAnswer) -> tuple[str, ...]:
    """The CRM's ids of users, none where it knows nobody; Refused for an answer that is none."""
    if answer.status == CONFLICT:
        return ()
    if answer.status not in OK:
        raise refusal_of(answer)
    users = answer.body.get("userIds") if isinstance(answer.body, Mapping) else None
    if not isinstance(users, list):
        raise not_understood()
    return tuple(user for user in users if isinstance(user, str))


def asked_for(body: Mapping[str, Any]) -> str:
    """The number that a call goes out to, which the CRM may have asked for; empty for any other call."""
    return text(body, "clientPhone") or "" if text(body, "direction") == "outbound" else ""


def identified(body: Mapping[str, Any], communication_id: str) -> dict[str, Any]:
    """The body with the CRM's id of the communication, where there is one."""
    return {"communicationId": communication_id, **body} if communication_id else dict(body)


def complete(body: Mapping[str, Any], crm_users: Mapping[str, str], line: str) -> dict[str, Any]:
    """The body with users in place of extensions, and a line where none was told."""
    told = {name: _with_users(value, crm_users) for name, value in body.items()}
    if "externalVatsPhone" in told and not told["externalVatsPhone"]:
        told["externalVatsPhone"] = line
    return told


def _with_users(value: Any, crm_users: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_users(one, crm_users) for one in value]
    if not isinstance(value, Mapping):
        return value
    if "userId" in value:
        user = crm_users.get(str(value["userId"]))
        return {"type": value["type"], **({"userId": user} if user else {})}
    return {name: _with_users(one, crm_users) for name, one in value.items()}


def communication_in(answer: str) -> str:
    """The communication's id in the answer to call-started, empty where there is none."""
    return text(_object(answer), "id") or ""


def is_invalid(status: int | None, answer: str) -> bool:
    """Whether the message itself is at fault, so that to repeat it would not help."""
    told = _object(answer)
    return status == CONFLICT and (bool(inside(told, "errors")) or told.get("status") == 400)  # noqa: PLR2004


def is_too_large(status: int | None, answer: str) -> bool:
    """Whether the CRM takes no file of this size."""
    return status == CONFLICT and _object(answer).get("status") == TOO_LARGE


def is_unknown(status: int | None, answer: str) -> bool:
    """Whether the CRM does not know the communication, or not yet."""
    return status == CONFLICT and _object(answer).get("status") == CommunicationNotFound.code


def _object(answer: str) -> Mapping[str, Any]:
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, Mapping) else {}
