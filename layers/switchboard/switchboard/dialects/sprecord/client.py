"""Client of a real SpRecord's API: its single hook and its event stream (sprecord-events, 'Web Hook' and 'SSE').

The document defines neither authorisation nor errors. The token is sent as Bearer (ruling sprecord 5). Error statuses
are sorted by whether our answer to the verification can have caused them.
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
# Statuses of a server that has no GET at this path.
SHOWS_NO_HOOK = frozenset({400, NOT_FOUND, 405, 406, 410, 415, 422, 501})
REFUSALS = range(400, 500)
# Statuses about our token or about the request itself, never about our answer to the verification.
OF_OTHER_THINGS = frozenset({UNAUTHORIZED, FORBIDDEN, NOT_FOUND, 405, 413, TOO_MANY})


@dataclass(frozen=True, slots=True)
class SprecordClient:
    """One account of one SpRecord. Every method may raise ProviderRefused and ProviderSilent."""

    ask: SendToVendor
    token: str

    def hook(self) -> Hook | None:
        """Return the current hook; its `url` is empty if no hook is set. None if the PBX shows no hook.

        The document has no GET: a PBX may take POST alone.
        """
        answer = self.ask(VendorRequest("GET", PATHS, bearer(self.token)))
        if answer.status in SHOWS_NO_HOOK or (answer.status in OK and not _is_hook(answer)):
            return None
        return read_hook(answer)

    def subscribe(self, url: str, events: Sequence[str]) -> Hook:
        """Set the hook and return it. Raises Conflict if the PBX may have refused our answer to its verification."""
        body = {"hook": url, "subscribe": list(events)}
        answer = self.ask(VendorRequest("POST", PATHS, bearer(self.token), json=body))
        if answer.status in REFUSALS and answer.status not in OF_OTHER_THINGS:
            raise Conflict(f"The PBX did not take the address ({answer.status}).")
        hook = read_hook(answer)
        if events and hook.url != url:
            raise Conflict("The PBX did not take the address.")
        return hook


def open_hook_client(ask: SendToVendor, token: str) -> SprecordClient:
    """Return a client."""
    return SprecordClient(ask, token)


def listening(token: str, last_id: str) -> VendorRequest:
    """Return the request that opens the stream. `Last-Event-ID` asks to resume; the document defines no event ids."""
    after = {"Last-Event-ID": last_id} if last_id else {}
    return VendorRequest("GET", STREAM, {**bearer(token), "Accept": EVENT_STREAM, "Cache-Control": "no-store", **after})


def _is_hook(answer: VendorAnswer) -> bool:
    return isinstance(answer.body, Mapping) and "hook" in answer.body


def read_hook(answer: VendorAnswer) -> Hook:
    """Return the hook in `{"hook", "subscribe"}`. Raises ProviderRefused or ProviderSilent for any other answer."""
    if answer.status not in OK:
        raise refusal_of(answer)
    if not isinstance(answer.body, Mapping):
        raise not_understood()
    listed = answer.body.get("subscribe")
    names = tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()
    return Hook(text(answer.body, "hook") or "", names)
