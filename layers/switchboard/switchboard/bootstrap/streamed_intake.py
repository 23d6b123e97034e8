"""The intake of events that come by a PBX's stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard.bootstrap.intake import receive_streamed_event

if TYPE_CHECKING:
    from datetime import datetime

    from switchboard.accounts.model import Source


def receive_streamed(source: Source, data: str) -> None:
    """Receive an event as the body of a webhook."""
    from switchboard.accounts.upstream.streamed.server_sent import MOST
    from switchboard.errors import Invalid, TooLarge
    from switchboard.intake.receive_call_event import UnparsableEventError
    from switchboard.kernel.call import CallEvent
    from switchboard.kernel.event_bodies import event_in
    from switchboard.observability.logs import call_event_received

    raw = data.encode(errors="surrogateescape")
    try:
        received = receive_streamed_event()(source.dialect, source, event_in(raw, {}, MOST))
    except (Invalid, TooLarge) as error:
        _keep_refusal(source, raw, error)
        raise
    except UnparsableEventError as error:  # would stop the stream for ever
        _keep_refusal(source, raw, error)
        raise Invalid("The event cannot be parsed.") from error
    if isinstance(received, CallEvent):
        call_event_received(received)


def _keep_refusal(source: Source, raw: bytes, error: Exception) -> None:
    from switchboard.accounts.activity.model import RefusedRequest
    from switchboard.accounts.activity.redact import LOOKED_AT, redacted
    from switchboard.accounts.activity.refusals import reason_of
    from switchboard.bootstrap.activity import keep_refusals
    from switchboard.kernel.lenient import BodyHeaders, readable_text

    def described(at: datetime) -> RefusedRequest:
        text = readable_text(raw[:LOOKED_AT], BodyHeaders(), LOOKED_AT)
        body = redacted(text, source)
        return RefusedRequest(at, 0, reason_of(error), size=len(raw), body=body, account=source.account)

    keep_refusals()(source.id, reason_of(error), described)
