"""The handler behind every webhook."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.accounts.model import Source
from switchboard.bootstrap import now
from switchboard.bootstrap.intake import receive_call_event
from switchboard.bootstrap.routing import route_caller
from switchboard.dialects.model import Reply
from switchboard.dialects.refusals import refuse
from switchboard.dialects.registry import DIALECTS, by_webhook, dialect_named, part_of, signed
from switchboard.dialects.roles import AnswerModule, SignatureModule
from switchboard.errors import NotFound
from switchboard.intake.receive_call_event import ReceiveCallEvent
from switchboard.kernel.call import CallEvent
from switchboard.lambdas.address_checks import echoed
from switchboard.lambdas.bodies import event_object, raw_body
from switchboard.lambdas.http import Handler, answer, answering, header
from switchboard.lambdas.refusals import keep_refusal
from switchboard.lambdas.wire import wire_of
from switchboard.observability.logs import asking_failed, call_event_received
from switchboard.observability.sources import source_unknown

BODY_LIMIT = 64 * 1024
# The parts of the path that a vendor appends to a source's address.
APPENDED = ("group", "event", "detail")


def webhook_handler(dialect: str) -> Handler:
    """Return the handler of `/webhooks/<dialect>/{source}`. Status 200 means that the event is stored."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
        began, receive = now(), receive_call_event()
        source = known(receive, dialect, in_path(event, "source"))
        try:
            received = accepted(receive, source, event)
        except Exception as error:
            keep_refusal(source, event, error)
            raise
        if isinstance(received, Reply):
            return _sent(received)
        call_event_received(received)
        if steered := steering_answer(source, received, began):
            return _sent(steered)
        return answer(200, {"status": "accepted", "event_id": received.id, "call_id": received.call_id})

    return answering(dialect_named(dialect).refuse, serve, refuses_loops=False)


def known(receive: ReceiveCallEvent, dialect: str, source_id: str) -> Source:
    """Return the source of an address. Raises NotFound, which is counted: a PBX still posts to a removed source."""
    try:
        return receive.source(dialect, source_id)
    except NotFound:
        source_unknown(dialect, source_id)
        raise


def accepted(receive: ReceiveCallEvent, source: Source, event: dict[str, Any]) -> Reply | CallEvent:
    """Return the queued event of a request, or the reply to a handshake. Raises what refuses the request."""
    raw = raw_body(event, BODY_LIMIT)
    body = _signed_body(source.dialect, raw)
    if body is None:
        body = event_object(event, BODY_LIMIT)
    source = receive.authorise(source, header(event, "Authorization"), body, wire_of(event, raw))
    return receive(source.dialect, source, body, _appended(source.dialect, event))


def _signed_body(dialect: str, raw: bytes) -> dict[str, Any] | None:
    """Return the body as a vendor that signs its events has signed it, None for any other body."""
    return part_of(dialect, "signature", SignatureModule).read(raw) if dialect in signed() else None


def _appended(dialect: str, event: dict[str, Any]) -> str:
    """Return the path that a vendor appended to the address. Raises NotFound if the vendor appends none."""
    path = "/".join(filter(None, (in_path(event, name) for name in APPENDED)))
    if path and not DIALECTS[dialect].appends_path:
        raise NotFound("This vendor's events have no path of their own.")
    return path


def any_webhook_handler() -> Handler:
    """Return the handler for the dialects without a function of their own. The path names the dialect."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        name = in_path(event, "dialect_or_source")
        if name not in by_webhook():
            raise NotFound("There is no such dialect.")
        if event.get("httpMethod") == "GET":
            return echoed(name, in_path(event, "source"), event)
        return webhook_handler(name)(event, context)

    return answering(refuse, serve, refuses_loops=False)


def steering_answer(source: Source, event: CallEvent, began: datetime) -> Reply | None:
    """Return the answer that tells the PBX the extension for the caller; None for an event that asks nothing.

    The event is durable by now. The time limit of `RouteCaller` counts from `began`. No extension in time, or a failure
    of the router, gives the vendor's neutral answer.
    """
    if not DIALECTS[event.dialect].steered:
        return None
    module = part_of(event.dialect, "answer", AnswerModule)
    phone = module.asks_about(event)
    return None if phone is None else module.steering(event, _extension_for(source, phone, began))


def _extension_for(source: Source, phone: str, began: datetime) -> str:
    try:
        return route_caller()(source, phone, began)
    except Exception as error:  # noqa: BLE001 - the caller waits, and the PBX has an answer of its own
        asking_failed("route", error)
        return ""


def _sent(reply: Reply) -> dict[str, Any]:
    return answer(200, reply.body, {"Content-Type": reply.content_type})


def in_path(event: dict[str, Any], name: str) -> str:
    """A parameter of the path."""
    return str((event.get("pathParameters") or {}).get(name, ""))
