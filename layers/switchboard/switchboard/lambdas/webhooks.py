"""The handler behind every webhook."""

from __future__ import annotations

from typing import Any

from switchboard import bootstrap
from switchboard.dialects.model import Reply
from switchboard.dialects.registry import dialect_named
from switchboard.lambdas.bodies import json_object
from switchboard.lambdas.http import Handler, answer, answering, header
from switchboard.lambdas.logs import call_event_received

BODY_LIMIT = 64 * 1024


def webhook_handler(dialect: str) -> Handler:
    """Takes events of this dialect at `/webhooks/<dialect>/{source}`; 200 means that the event is stored."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
        receive = bootstrap.receive_call_event()
        source = receive.source(dialect, str((event.get("pathParameters") or {}).get("source", "")))
        body = json_object(event, BODY_LIMIT)
        source = receive.authorise(source, header(event, "Authorization"), body)
        received = receive(dialect, source, body)
        if isinstance(received, Reply):
            return answer(200, received.body, {"Content-Type": received.content_type})
        call_event_received(received)
        return answer(200, {"status": "accepted", "event_id": received.id, "call_id": received.call_id})

    return answering(dialect_named(dialect).refuse, serve)
