"""Bitrix24 as a connector knows it: the messages, the settings, the pace, and the question who is responsible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from switchboard.dialects.bitrix24.answers import denies_token, responsible_in, setback
from switchboard.dialects.bitrix24.oauth import SERVERS
from switchboard.dialects.bitrix24.steps import next_step
from switchboard.dialects.bitrix24.tables import ATTACH, FAILED, FINISH, HIDE, SEARCH, SHOW
from switchboard.dialects.bitrix24.tables import REGISTER as BEGIN
from switchboard.dialects.reading import text
from switchboard.dialects.rest_crm import Pace
from switchboard.dialects.vendor_requests import VendorRequest
from switchboard.errors import Invalid
from switchboard.kernel.call import Number
from switchboard.kernel.numbers import digits_of

MESSAGES = (BEGIN, SHOW, HIDE, FINISH, ATTACH, f"{FAILED}.{{connector}}")
RECORDING, REGISTER = ATTACH, FINISH
# One bucket for each portal and for each caller's address (limits.md): drained at 2 a second, 50 deep.
PACE = Pace(2, 50)
DEFAULTS = {
    "default_user": "",
    "crm_create": "1",
    "crm_source": "",
    "add_to_chat": "1",
    "callback_extension": "",
    "token_server": SERVERS[0],
}
FLAGS = ("crm_create", "add_to_chat")
DIGITS = ("default_user", "callback_extension")
LONGEST = 100

__all__ = [
    "MESSAGES",
    "PACE",
    "RECORDING",
    "REGISTER",
    "asked_by",
    "asked_for",
    "authorised",
    "denies_token",
    "next_step",
    "read_settings",
    "responsible_in",
    "setback",
    "who_is_responsible",
    "workspace_of",
]


def read_settings(base_url: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the settings with defaults. Raises Invalid for an unknown name or a bad value.

    The token server is one of the vendor's two, or the portal itself (a test system).
    """
    for name in given.keys() - DEFAULTS.keys():
        raise Invalid(f"settings has no {name[:LONGEST]!r}: use {', '.join(DEFAULTS)}.", "settings")
    found = {**DEFAULTS, **given}
    for name in FLAGS:
        if found[name] not in ("0", "1"):
            raise Invalid(f"settings.{name} must be 0 or 1.", f"settings.{name}")
    for name in DIGITS:
        if found[name] and not (found[name].isascii() and found[name].isdecimal() and len(found[name]) <= LONGEST):
            raise Invalid(f"settings.{name} must be digits.", f"settings.{name}")
    if found["token_server"] not in (*SERVERS, base_url):
        raise Invalid(f"settings.token_server must be one of {', '.join(SERVERS)}.", "settings.token_server")
    if not (found["crm_source"].isprintable() and len(found["crm_source"]) <= LONGEST):
        raise Invalid("settings.crm_source must be a STATUS_ID of the portal's sources.", "settings.crm_source")
    return found


def workspace_of(base_url: str) -> str:
    """Return the portal's host, by which an account has one connector to a portal."""
    return urlsplit(base_url).netloc.lower()


def asked_for(message: str, body: Mapping[str, Any]) -> str:
    """Return the client's digits of an outgoing call: a click or a callback form may have ordered the call."""
    is_start = message in (BEGIN, SHOW, FINISH) and text(body, "TYPE") != "2"
    return digits_of(Number(text(body, "PHONE_NUMBER") or "")) if is_start else ""


def asked_by(body: Mapping[str, Any]) -> str:
    """Return the extension that calls out; empty if unknown."""
    return text(body, "USER_PHONE_INNER") or ""


def authorised(request: VendorRequest, token: str) -> VendorRequest:
    """Return the request with the access token in its body, so that no log of addresses has it."""
    fields = request.json if isinstance(request.json, Mapping) else {}
    return replace(request, json={**fields, "auth": token})


def who_is_responsible(phone: str) -> VendorRequest:
    """Build searchCrmEntities: responsible user, inner number and working day in one answer."""
    return VendorRequest("POST", (f"/{SEARCH}",), json={"PHONE_NUMBER": phone})
