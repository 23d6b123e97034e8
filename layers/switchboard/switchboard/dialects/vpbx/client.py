"""Client of a real IS.VPBX's API: subscriptions, extensions and outgoing calls.

Paths, fields and statuses: is-vpbx-openapi, sections 'Работа с событиями', 'Внутренние номера телефонов' and
'Исходящий вызов из CRM'. The document spells two paths in two ways; `PathSpelling` says which one is tried first.
The statuses of a refused call are ruling vpbx 11, which the hub's own server follows too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.dialects.reading import text
from switchboard.dialects.vendor_requests import (
    BAD_REQUEST,
    CONFLICT,
    NOT_FOUND,
    OK,
    SendToVendor,
    VendorAnswer,
    VendorRequest,
    bearer,
    not_understood,
    refusal_of,
)
from switchboard.dialects.vpbx.tables import PARAMS
from switchboard.errors import Conflict, Invalid, NotFound

API = "/api/v1"
EVENTS = tuple(PARAMS)  # the eight documented events
EVENT_WORDS = ("events", "event")
ORIGINATE_WORDS = ("application", "aplication")


@dataclass(frozen=True, slots=True)
class PathSpelling:
    """The spelling to try first, for each path with two spellings."""

    events: str = EVENT_WORDS[0]
    originate: str = ORIGINATE_WORDS[0]


def list_subscriptions(token: str, spelling: PathSpelling) -> VendorRequest:
    """Build the request for the list of subscriptions."""
    return VendorRequest("GET", _events(spelling), bearer(token))


def read_subscriptions(answer: VendorAnswer) -> dict[str, str]:
    """Return event name → subscription id. The document lists no URLs with them."""
    entries = _list(_success(answer), "active_events")
    return {name: text(one, "id") or "" for one in entries if (name := text(one, "event_name"))}


def subscribe(token: str, spelling: PathSpelling, event_name: str, url: str, login: str) -> VendorRequest:
    """Build the request that subscribes `url` to an event; `login` is `user:password` for Basic authentication."""
    wish = {"event_name": event_name, "webhook_url": url, "auth_type": "BasicHttpAuth", "auth_string": login}
    return VendorRequest("POST", _events(spelling), bearer(token), json=wish)


def read_subscribed(answer: VendorAnswer) -> str:
    """Return the new subscription's id. Raises Conflict if another URL has a subscription for the event."""
    if answer.status == CONFLICT:
        raise Conflict("The PBX sends this event to another address.", "event_name")
    return text(_success(answer), "id") or ""


def unsubscribe(token: str, spelling: PathSpelling, event_name: str) -> VendorRequest:
    """Build the request that ends the subscription for an event."""
    return VendorRequest("DELETE", _events(spelling), bearer(token), {"event_name": event_name})


def read_unsubscribed(answer: VendorAnswer) -> None:
    """Accept any 2xx; 204 means that there was no subscription. Raises ProviderRefused or ProviderSilent."""
    if answer.status not in OK:
        raise refusal_of(answer)


def list_extensions(token: str) -> VendorRequest:
    """Build the request for the list of extensions."""
    return VendorRequest("GET", (f"{API}/phones/local",), bearer(token))


def read_extensions(answer: VendorAnswer) -> list[str]:
    """Return the extensions' numbers as text; the document shows JSON numbers."""
    return [number for one in _list(_success(answer), "local_numbers") if (number := text(one, "number"))]


def originate(token: str, spelling: PathSpelling, extension: str, number: str, caller_id: str) -> VendorRequest:
    """Build the request that rings an extension and then connects it to a number.

    Numbers are digits without `+`. An empty `caller_id` means the PBX's default.
    """
    body = {"local_num": extension, "phone2call": number}
    if caller_id:
        body["callerid_num"] = caller_id
    paths = _paths("{}/originate", spelling.originate, ORIGINATE_WORDS)
    return VendorRequest("POST", paths, bearer(token), json=body)


def read_originated(answer: VendorAnswer) -> None:
    """Accept any 2xx. Raises Invalid, NotFound, Conflict, ProviderRefused or ProviderSilent (ruling vpbx 11)."""
    if answer.status == BAD_REQUEST:
        raise Invalid("The PBX cannot call this number.", "number")
    if answer.status == NOT_FOUND:
        raise NotFound("The PBX knows no such extension.", "extension")
    if answer.status == CONFLICT:
        raise Conflict("The extension is busy.", "extension")
    if answer.status not in OK:
        raise refusal_of(answer)


@dataclass(frozen=True, slots=True)
class VpbxClient:
    """One account of one IS.VPBX. Every method may raise ProviderRefused and ProviderSilent."""

    ask: SendToVendor
    token: str
    spelling: PathSpelling = PathSpelling()

    def subscriptions(self) -> dict[str, str]:
        """Return event name → subscription id."""
        return read_subscriptions(self.ask(list_subscriptions(self.token, self.spelling)))

    def subscribe(self, event_name: str, url: str, login: str) -> str:
        """Subscribe `url` and return the subscription's id. Raises Conflict if the event has a subscription."""
        return read_subscribed(self.ask(subscribe(self.token, self.spelling, event_name, url, login)))

    def unsubscribe(self, event_name: str) -> None:
        """End the subscription for an event."""
        read_unsubscribed(self.ask(unsubscribe(self.token, self.spelling, event_name)))

    def extensions(self) -> list[str]:
        """Return the numbers of the PBX's extensions."""
        return read_extensions(self.ask(list_extensions(self.token)))

    def originate(self, extension: str, number: str, caller_id: str = "") -> None:
        """Start a call. Raises Invalid (number), NotFound (extension) or Conflict (extension busy)."""
        read_originated(self.ask(originate(self.token, self.spelling, extension, number, caller_id)))


def open_client(ask: SendToVendor, token: str, spelling: Sequence[str] = ()) -> VpbxClient:
    """Return a client; `spelling` holds the first spelling of the events' path, then of the originate path."""
    return VpbxClient(ask, token, PathSpelling(*spelling))


def _events(spelling: PathSpelling) -> tuple[str, ...]:
    return _paths("{}/subscribe", spelling.events, EVENT_WORDS)


def _paths(form: str, first: str, words: tuple[str, ...]) -> tuple[str, ...]:
    ordered = sorted(words, key=lambda word: word != first)
    return tuple(f"{API}/{form.format(word)}" for word in ordered)


def _success(answer: VendorAnswer) -> Mapping[str, Any]:
    if answer.status not in OK:
        raise refusal_of(answer)
    if not isinstance(answer.body, Mapping):
        raise not_understood()
    return answer.body


def _list(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = body.get(name)
    if not isinstance(found, list):
        raise not_understood()
    return [one for one in found if isinstance(one, Mapping)]
