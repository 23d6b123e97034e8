"""Mango's own events, sent on as they came."""

from __future__ import annotations

from switchboard.dialects.model import Rendered
from switchboard.kernel.call import AppliedEvent

OWN = "mango"


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """Return Mango's event unchanged, nothing for another vendor's event."""
    event = applied.event
    return (Rendered((event.name,), event.raw),) if event.dialect == OWN and event.name else ()
