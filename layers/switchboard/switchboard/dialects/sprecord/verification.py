"""The handshake as the sending side: a receiver proves that it wants our events (sprecord-events, 'Web Hook')."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from switchboard.dialects.sprecord.render import device_id
from switchboard.dialects.vendor_requests import OK, VendorAnswer, VendorRequest
from switchboard.errors import Invalid, Refused

FIELD = "hook"
VERIFICATION = "verification"
QUOTES = '"'

SendToUrl = Callable[[str, VendorRequest], VendorAnswer]
"""Send a request to a receiver's URL. Raises as SendToVendor."""


def md5_of(payload: str) -> str:
    """Return the hex MD5 that answers a verification. The protocol asks for MD5; nothing depends on its strength."""
    return hashlib.md5(payload.encode(), usedforsecurity=False).hexdigest()


def verify(ask: SendToUrl, account: str, url: str, payload: str) -> None:
    """Post `payload` and check the answer. Raises Invalid, without quoting the answer, unless it is the MD5."""
    body = {"device_id": device_id(account), "event_type": VERIFICATION, "payload": payload}
    try:
        answer = ask(url, VendorRequest("POST", ("",), {"Accept": "*/*"}, json=body))
    except Refused as error:
        raise Invalid(f"The verification failed. {_own_words(error)}", FIELD) from None
    if answer.status not in OK:
        raise Invalid(f"The verification failed. The address answered with status {answer.status}.", FIELD)
    if md5_of(payload) not in _said(answer):
        raise Invalid("The verification failed. The answer is not the MD5 of the payload.", FIELD)


def _own_words(error: Refused) -> str:
    return f"The address {error.message}." if isinstance(error, Invalid) else error.message


def _said(answer: VendorAnswer) -> set[str]:
    """Return the candidates for the MD5: the text, a JSON string, and the field `result` of an object."""
    named: Any = answer.body.get("result") if isinstance(answer.body, dict) else answer.body
    return {one.strip().strip(QUOTES).strip().lower() for one in (answer.text, named) if isinstance(one, str)}
