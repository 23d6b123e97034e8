"""The bodies of amoCRM's requests about a call, from the rendered entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.dialects.amocrm.settings import PIPELINE, SOURCE
from switchboard.dialects.amocrm.tables import CALL_FIELDS, NOTES
from switchboard.dialects.vendor_requests import VendorRequest

CALLS, UNSORTED = "/api/v4/calls", "/api/v4/leads/unsorted/sip"
# An integrator had to send some link with an unsorted call that has no recording.
NO_LINK = "http://no.value"
SERVICE = "switchboard"
OF_CALL = tuple(name for name in CALL_FIELDS if name != "extension")
OF_NOTE = ("uniq", "duration", "phone", "call_status", "source", "link", "call_responsible")


def completed(
    body: Mapping[str, Any], users: Mapping[str, str], settings: Mapping[str, str], link: str
) -> dict[str, Any]:
    """Return the entry with the CRM's user, the source, and the recording's link."""
    entry = {name: body[name] for name in OF_CALL if name in body}
    user = users.get(str(body.get("extension") or ""), "")
    told = {"source": settings.get(SOURCE, ""), **({"link": link} if link else {})}
    return {**entry, **told, **({"call_responsible": _user(user)} if user else {})}


def log_call(entry: Mapping[str, Any]) -> VendorRequest:
    """Build the request that logs a call. amoCRM finds the customer's card by the number."""
    return VendorRequest("POST", (CALLS,), json=[dict(entry)])


def note_call(entry: Mapping[str, Any], place: str) -> VendorRequest:
    """Build the request that logs a call at a card, such as `contacts/41`."""
    params = {name: entry[name] for name in OF_NOTE if name in entry}
    note = {
        "note_type": NOTES[entry["direction"]],
        "created_at": entry["created_at"],
        "params": params,
        "request_id": entry["request_id"],
    }
    return VendorRequest("POST", (f"/api/v4/{place}/notes",), json=[note])


def note_recording(place: str, link: str) -> VendorRequest:
    """Build the request that adds a recording's link to a card. A logged call cannot be changed."""
    note = {"note_type": "common", "params": {"text": f"Запись разговора: {link}"}}
    return VendorRequest("POST", (f"/api/v4/{place}/notes",), json=[note])


def notes_at(place: str) -> VendorRequest:
    """Build the request for the newest notes at a card."""
    return VendorRequest("GET", (f"/api/v4/{place}/notes",), query={"limit": "250", "order[id]": "desc"})


def unsorted_call(entry: Mapping[str, Any], settings: Mapping[str, str]) -> VendorRequest:
    """Build the request for an unsorted entry with a new contact.

    `from` and `phone` both have the caller: amoCRM swaps the two when the entry is accepted.
    """
    phone = entry["phone"]
    metadata = {
        "from": phone,
        "phone": phone,
        "called_at": entry["created_at"],
        "duration": entry["duration"],
        "link": entry.get("link") or NO_LINK,
        "service_code": SERVICE,
        "uniq": entry["uniq"],
        "is_call_event_needed": True,
    }
    contact = {
        "name": phone,
        "custom_fields_values": [{"field_code": "PHONE", "values": [{"value": phone, "enum_code": "WORK"}]}],
    }
    pipeline = settings.get(PIPELINE)
    item = {
        "request_id": entry["request_id"],
        "source_name": entry["source"],
        "source_uid": SERVICE,
        **({"pipeline_id": int(pipeline)} if pipeline else {}),
        "created_at": entry["created_at"],
        "metadata": metadata,
        "_embedded": {"contacts": [contact]},
    }
    return VendorRequest("POST", (UNSORTED,), json=[item])


def _user(user: str) -> int | str:
    return int(user) if user.isascii() and user.isdigit() else user
