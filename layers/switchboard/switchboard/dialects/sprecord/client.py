"""The API of a real SpRecord, asked by us: its one hook (section 'Web Hook'), and its stream (section 'SSE').

The document describes neither authorisation nor refusals: a token is shown as Bearer, by our ruling 5, and a refusal
that may be one of our answer to the verification is told from those that cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchboard.accounts.upstream.model import Hook
from switchboard.dialects.reading import text
from switchboard.dialects.sprecord.tables import KINDS
from switchboard.dialects.vendor_requests import (
    FORBIDDEN,
    NOT_FOUND,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    SendToVendor,
    VendorAnswer,
    VendorRequest,
    bearer,
    not_understood,
    refusal_of,
)
from switchboard.errors import Conflict

PATHS = ("/sys/subscribe_events",)
STREAM = ("/sys/events",)
EVENT_STREAM = "text/event-stream"
EVENTS = tuple(KINDS)
REFUSALS = range(400, 500)
# These say something of our token or of the address.
OF_OTHER_THINGS = frozenset({UNAUTHORIZED, FORBIDDEN, NOT_FOUND, 405, 413, TOO_MANY})


@dataclass(frozen=True, slots=True)
class SprecordClient:
    """One account of one SpRecord; everything may raise ProviderRefused and ProviderSilent."""

    ask: SendToVendor
    token: str

    def hook(self) -> Hook:
        """The hook as it stands; one without an address where there is none."""
        return read_hook(self.ask(VendorRequest("GET", PATHS, bearer(self.token))))

    def subscribe(self, url: str, events: Sequence[str]) -> Hook:
        """The hook as it is now; Conflict where our answer to the verification may be to blame."""
        body = {"hook": url, "subscribe": list(events)}
        answer = self.ask(VendorRequest("POST", PATHS, bearer(self.token), json=body))
        if answer.status in REFUSALS and answer.status not in OF_OTHER_THINGS:
            raise Conflict(f"The PBX did not take the address ({answer.status}).")
        hook = read_hook(answer)
        if events and hook.url != url:
            raise Conflict("The PBX did not take the address.")
        return hook


def listening(token: str, last_id: str) -> VendorRequest:
    """What opens the stream, to go on after the event of this id; the document tells of no ids, and so of no header."""
    after = {"Last-Event-ID": last_id} if last_id else {}
    return VendorRequest("GET", STREAM, {**bearer(token), "Accept": EVENT_STREAM, "Cache-Control": "no-store", **after})


def read_hook(answer: VendorAnswer) -> Hook:
    """`{"hook", "subscribe"}`; a body that says nothing of a hook is of no documented kind."""
    if answer.status not in OK:
        raise refusal_of(answer)
    if not isinstance(answer.body, Mapping):
        raise not_understood()
    listed = answer.body.get("subscribe")
    names = tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()
    return Hook(text(answer.body, "hook") or "", names)
