"""The other end of every pair: receivers that take all they get, and a Kontur.CRM that knows its own calls."""

from __future__ import annotations

import json
from typing import Any

from local.receiver import Answer, Received
from tests.support.audio import mp3_of

RECORDINGS = "/recordings"
FILE = "5d2f7c1e-8a34-4b6e-9c0d-3e1f2a4b5c6d"
NOBODY = "00000000-0000-0000-0000-000000000000"


def workspace_of(account: str) -> str:
    """The workspace of an account's CRM."""
    return f"crm-{account}"


def key_of(account: str) -> str:
    """The key to it."""
    return f"key-of-the-crm-of-{account}-0"


class Receivers:
    """Answers for all of them, and for the PBX that has the recordings.

    The CRM answers as its document has it: it wants its key, gives a call its id with call-started, and knows no other.
    """

    def __init__(self) -> None:
        self.communications: set[str] = set()

    def __call__(self, request: Received) -> Answer:
        if request.path.startswith(RECORDINGS):
            return Answer(200, mp3_of(12), {"Content-Type": "audio/mpeg"})
        if request.path.startswith("/api/v1/crm-"):
            return self._crm(request)
        return Answer(200)

    def _crm(self, request: Received) -> Answer:
        workspace, callback = request.path.split("/")[3], request.path.rpartition("/")[2]
        if request.headers.get("x-xcom-accesskey") != key_of(workspace.removeprefix("crm-")):
            return Answer(401)
        if callback == "files":
            return _json({"fileId": FILE})
        body = request.json()
        named = body.get("communicationId")
        if callback == "call-started":
            return _json(self._opened(body))
        if named not in self.communications and (named or callback != "register-call"):
            return _json({"status": "communicationNotFound", "message": "Communication not found."}, 409)
        return _json("OK")

    def _opened(self, body: dict[str, Any]) -> dict[str, Any]:
        id_ = body.get("communicationId") or f"crm-of-{body['externalId']}"
        self.communications.add(id_)
        at = body["timestamp"]
        return {
            "updateInfo": {
                "updatedAt": at,
                "updatedWith": "Integration",
                "createdAt": at,
                "createdWith": "Integration",
            },
            "links": {"companyIds": [], "contactIds": [], "dealIds": []},
            **{name: body[name] for name in ("externalId", "direction")},
            "externalCreatedAt": at,
            "type": "call",
            "status": "opened",
            "integrationId": NOBODY,
            "data": {"call": {name: body[name] for name in ("clientPhone", "externalVatsPhone")}},
            "assignedToGroupId": NOBODY,
            "id": id_,
        }


def _json(body: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})
