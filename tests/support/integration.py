"""Somebody's integration with Kontur.CRM, on loopback: it takes the system calls that the hub sends as the CRM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.kontur import CLIENT, a_key, path_of
from tests.support.receiver import Exchange, Received, answer, receiving

USERS = [{"user": "3f6-anna", "extension": "101"}, {"user": "44d-boris", "extension": "102"}]
ACCESS_KEY, ECHO = "x-xcom-accesskey", "x-xcom-integration-echo"


@dataclass(slots=True)
class Integration:
    """`status` and `said` are the next answer; `echoes` says what becomes of the echo."""

    hub: Hub
    key: dict[str, str]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    status: int = 200
    said: bytes = b'"OK"'
    echoes: bool = True

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Keep the request, and answer."""
        self.asked.append((request.path, json.loads(request.body)))
        self.keys.add(request.headers[ACCESS_KEY])
        echo = {"X_XCOM_Integration_Echo": request.headers[ECHO]} if self.echoes else {}
        exchange.send(answer(self.status, self.said, **echo))
        return False

    def originate(self, number: str = CLIENT, extension: str = "101") -> Answer:
        wish = {"account": "acme", "extension": extension, "number": number}
        return self.hub.operator("POST", "/admin/calls", wish)

    def tell(self, name: str, **body: Any) -> Answer:
        """Send a callback for the latest ordered call."""
        told = {"communicationId": self.asked[-1][1]["communicationId"], "externalId": "262-280", **body}
        done = self.hub.request("POST", path_of(name), told, self.key)
        self.hub.work_events()
        return done


@contextmanager
def integrated(hub: Hub) -> Iterator[Integration]:
    """The account `acme` calls through an integration, which listens for the time of the block."""
    for number in ("101", "102"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    integration = Integration(hub, a_key(hub))
    with receiving(integration.behave) as server:
        key = integration.key["X-XCOM-AccessKey"]
        settings = {
            "base_url": f"http://127.0.0.1:{server.port}",
            "workspace": "acme",
            "access_key": key,
            "users": USERS,
        }
        chosen = {"provider": "kontur", "settings": settings}
        assert hub.operator("PUT", "/admin/accounts/acme/telephony", chosen).status == 200
        yield integration


def integration_day(hub: Hub, auth: dict[str, str], crm: str, crm_key: str, user: str) -> None:
    """Order and end calls by every API: the operator's, IS.VPBX's, and a CRM's workspace `crm`."""
    with integrated(hub) as integration:
        ended = integration.originate().json["command"]["call_id"]
        whole = {"clientPhone": CLIENT, "direction": "outbound"}
        integration.tell("call-started", **whole)
        integration.tell("call-event", type="connected", realtimeCallItemId="rt-1", externalCallItemId="1")
        assert hub.operator("POST", f"/admin/calls/{ended}/hangup").status == 202
        body = {"local_num": "102", "phone2call": CLIENT}
        assert hub.request("POST", "/api/v1/application/originate", body, auth).status == 200
        path, key = f"/api/v1/{crm}/communications", {"X-XCOM-AccessKey": crm_key}
        wish = {"communicationId": "i-1", "fromUserId": user, "clientPhone": CLIENT}
        assert hub.request("POST", f"{path}/call", wish, key).status == 200
        hub.poll("CrmCallsQueue", "workers/make_crm_call")
        integration.tell("call-started", **whole)
        assert hub.request("POST", f"{path}/i-1/hangup", {}, key).status == 200
    hub.work()
