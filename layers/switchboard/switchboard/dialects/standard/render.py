"""Events rendered in the hub's own dialect."""

from __future__ import annotations

from switchboard.dialects.model import Rendered
from switchboard.dialects.standard.fields import FIELDS, MessageSource, moment
from switchboard.dialects.standard.tables import FIELDS as TELLS
from switchboard.kernel.call import AppliedEvent, Outcome


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:
    """Return `{"type", "timestamp", "data"}`: one message for each event, none for a repeat."""
    event = applied.event
    if applied.outcome is Outcome.REPEATED:
        return ()
    told = MessageSource(event, applied.call, base_url, applied.outcome)
    data = {name: FIELDS[name].tell(told) for name in TELLS[event.kind]}
    body = {"type": event.kind.value, "timestamp": moment(event.at), "data": data}
    return (Rendered((event.kind.value,), body),)
