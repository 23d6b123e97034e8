"""Bitrix24's events to an application: forms with nested names (api-reference/events/index)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.dialects.bitrix24.answers import error_of, is_error, user_in
from switchboard.dialects.bitrix24.steps import BY_FORM
from switchboard.dialects.bitrix24.tables import USERS
from switchboard.dialects.crm_hooks import HookNews, OrderedCall
from switchboard.dialects.reading import inside, text
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.errors import Invalid

INSTALL, HANDLER = "install", "handler"
HOOKS = (INSTALL, HANDLER)
INSTALLED, CLICKED, BY_CALLBACK = "ONAPPINSTALL", "ONEXTERNALCALLSTART", "ONEXTERNALCALLBACKSTART"
NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)((?:\[[A-Za-z0-9_]*\]){0,2})")
MOST_FIELDS = 200
KNOWN = ("already binded", "already exists")


def read_hook(hook: str, fields: Sequence[tuple[str, str]]) -> HookNews:
    """Read an event. `ONVOXIMPLANT...` events echo the hub's own requests: they and all others are of no interest."""
    body = _nested(fields)
    auth, data = inside(body, "auth"), inside(body, "data")
    name = (text(body, "event") or "").upper()
    tenant, secret = text(auth, "member_id") or "", text(auth, "application_token") or ""
    if hook == INSTALL:
        if name != INSTALLED:
            raise Invalid("This address takes the event ONAPPINSTALL: tick 'Uses only API' in the application.")
        return HookNews(tenant, secret, text(auth, "refresh_token") or "")
    order = READ[name](body, data) if name in READ else None
    return HookNews(tenant, secret, order=order)


def _click(_: Mapping[str, Any], data: Mapping[str, Any]) -> OrderedCall | None:
    """A click on a number. The portal has registered the call under CALL_ID."""
    number = text(data, "PHONE_NUMBER_INTERNATIONAL") or text(data, "PHONE_NUMBER")
    call, user = text(data, "CALL_ID"), text(data, "USER_ID")
    return OrderedCall(call, number, user) if call and number and user else None


def _callback(body: Mapping[str, Any], data: Mapping[str, Any]) -> OrderedCall | None:
    """A callback form. The event names no call and no user, so its content is its id."""
    number = text(data, "PHONE_NUMBER")
    told = [text(body, "ts"), *(text(data, name) for name in ("PHONE_NUMBER", "CRM_ENTITY_TYPE", "CRM_ENTITY_ID"))]
    digest = hashlib.sha256("\n".join(one or "" for one in told).encode()).hexdigest()[:24]
    return OrderedCall(f"{BY_FORM}{digest}", number) if number else None


def after_install(address: str, settings: Mapping[str, str], line: str) -> Sequence[VendorRequest]:  # noqa: ARG001
    """Subscribe the handler to clicks and callback forms, and make the line that the operator named."""
    handler = {"handler": f"{address}/{HANDLER}", "event_type": "online"}
    requests = [_post("event.bind", {"event": name, **handler}) for name in (CLICKED, BY_CALLBACK)]
    return [*requests, *([_post("telephony.externalLine.add", {"NUMBER": line})] if line else [])]


def is_settled(answer: VendorAnswer) -> bool:
    """Whether the request succeeded, now or before."""
    return not error_of(answer) or any(is_error(answer, words) for words in KNOWN)


def ask_user(user: str) -> VendorRequest:
    """Build the question for a user by id."""
    return _post(USERS, {"FILTER": {"ID": user, "ACTIVE": True}})


def extension_in(answer: VendorAnswer) -> str:
    """Return the user's inner number; empty without one."""
    return "" if error_of(answer) else user_in(answer, "UF_PHONE_INNER")


def fallback_extension(settings: Mapping[str, str]) -> str:
    """Return the extension that serves callback forms."""
    return settings.get("callback_extension", "")


def _post(method: str, fields: Mapping[str, Any]) -> VendorRequest:
    return VendorRequest("POST", (f"/{method}",), json=dict(fields))


def _nested(fields: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the object of names like `auth[member_id]`. Raises Invalid for a name that comes twice or is no name."""
    if len(fields) > MOST_FIELDS:
        raise Invalid(f"An event has at most {MOST_FIELDS} fields.")
    found: dict[str, Any] = {}
    for name, value in fields:
        match = NAME.fullmatch(name)
        if match is None:
            raise Invalid("A field of the event has a name that the vendor does not use.")
        *outer, last = [match[1], *re.findall(r"\[([^\]]*)\]", match[2])]
        place = found
        for part in outer:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise Invalid("A field of the event is a text and an object.")
        if last in place:
            raise Invalid("A field of the event comes twice.")
        place[last] = value
    return found


READ = {CLICKED: _click, BY_CALLBACK: _callback}
