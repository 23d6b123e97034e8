"""Callbacks as their server reads them: ids, beginning and end of a communication, and the answer to the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from switchboard.dialects.kontur.check import check
from switchboard.dialects.kontur.errors import CommunicationNotFound
from switchboard.dialects.kontur.parse import CALLBACK, parse_callback
from switchboard.dialects.kontur.tables import EVENT, FAILED, FINISHED, RECORDING, REGISTER, STARTED
from switchboard.dialects.model import Arrival
from switchboard.dialects.reading import inside, text
from switchboard.kernel.call import CallEvent
from switchboard.kernel.communication import Communication, Workspace

__all__ = ["NAME", "check", "ends", "event", "ids_of", "opened", "opens", "party_of", "registers", "unknown", "view"]

NAME = "kontur"
LONGEST_SHOWN = 64
NOBODY = "00000000-0000-0000-0000-000000000000"
# The UUID namespace of integration ids.
INTEGRATIONS = UUID("5b0a4c1e-7a56-4a43-9f0c-1de2b8a5f7c3")
EVENT_FIELDS = ("externalCallItemId", "realtimeCallItemId", "timestamp", "type", "from", "to")
OVER = ("disconnected", "finished")


def ids_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return `communicationId` and `externalId`, empty if absent."""
    return text(body, "communicationId") or "", text(body, "externalId") or ""


def opens(callback: str) -> bool:
    """Whether a callback may begin a communication: call-started, and register-call for a call not seen before."""
    return callback in (STARTED, REGISTER)


def registers(callback: str) -> bool:
    """Whether a callback describes a whole call: register-call."""
    return callback == REGISTER


def ends(callback: str) -> bool:
    """Whether a callback ends the communication: only a recording may follow."""
    return callback in (FINISHED, FAILED, REGISTER)


def party_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return `realtimeCallItemId` and the called, else the calling, user's id in a call-event; empty if absent."""
    sides = (inside(body, side) for side in ("to", "from"))
    users = (text(side, "userId") for side in sides if text(side, "type") == "user")
    return text(body, "realtimeCallItemId") or "", next(filter(None, users), "") or ""


def unknown(id_: str) -> CommunicationNotFound:
    """Return the documented error for an unknown communication."""
    return CommunicationNotFound(id_[:LONGEST_SHOWN])


def opened(communication: Communication, body: Mapping[str, Any]) -> Communication:
    """Return the communication with the numbers and the direction in its first callback."""
    return replace(
        communication,
        direction=text(body, "direction") or "",
        client_phone=text(body, "clientPhone") or "",
        line_phone=text(body, "externalVatsPhone") or "",
    )


def event(arrival: Arrival, callback: str, external_id: str, users: Mapping[str, str]) -> CallEvent:
    """Return the event of a callback; its raw body also holds the callback's name."""
    named = replace(arrival, body={CALLBACK: callback, **{k: v for k, v in arrival.body.items() if k != CALLBACK}})
    return parse_callback(named, external_id, users)


def view(communication: Communication, workspace: Workspace, told: Iterable[CallEvent]) -> dict[str, Any]:
    """Return the answer to call-started: the communication, with the earlier callbacks of the call."""
    by = f"Integration.{(workspace.integration or 'telephony').lower()}"  # as the document prints a provider
    created, updated = communication.created_at.isoformat(), communication.updated_at.isoformat()
    external_id = communication.external_id
    bodies = [one.raw for one in told]
    return {
        "updateInfo": {"updatedAt": updated, "updatedWith": by, "createdAt": created, "createdWith": by},
        "links": {"companyIds": [], "contactIds": [], "dealIds": []},
        "externalId": f"{workspace.integration}/{external_id}" if workspace.integration else external_id,
        "externalCreatedAt": created,
        "type": "call",
        "direction": communication.direction,
        "status": "sealed" if communication.finished_at else "opened",
        "integrationId": str(uuid5(INTEGRATIONS, f"{workspace.account}/{workspace.name}/{workspace.integration}")),
        "data": {
            "call": {
                "clientPhone": communication.client_phone,
                "externalVatsPhone": communication.line_phone,
                "items": _items(bodies),
                "events": [_shown(body) for body in bodies if text(body, CALLBACK) == EVENT],
            }
        },
        "assignedToGroupId": NOBODY,
        "id": communication.id,
    }


def _shown(body: Mapping[str, Any]) -> dict[str, Any]:
    return {field: body[field] for field in EVENT_FIELDS if field in body}


def _items(bodies: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the legs named by earlier callbacks, with their recordings and ends."""
    items: dict[str, dict[str, Any]] = {}
    for body in bodies:
        id_ = text(body, "externalCallItemId")
        if id_ is None or text(body, CALLBACK) not in (EVENT, RECORDING):
            continue
        item = items.setdefault(id_, {"id": id_, "from": {}, "to": {}, "recordings": []})
        if text(body, CALLBACK) == RECORDING:
            item["recordings"].append({"fileId": text(body, "recordingFileId")})
            continue
        item |= {side: dict(inside(body, side)) or item[side] for side in ("from", "to")}
        if text(body, "type") in OVER:
            item["finishedAt"] = text(body, "timestamp")
    return list(items.values())
