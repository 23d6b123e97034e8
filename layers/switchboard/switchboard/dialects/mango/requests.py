"""Signed requests to Mango's API (VPBX API, 'Команды'): POST of a form with key, signature and `json`.

A refusal is HTTP 420 with `{"code"}`, or a status without a body. `result` in an answer is a code, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.dialects.mango.parse import as_text
from switchboard.dialects.mango.signature import signed_form
from switchboard.dialects.reading import whole
from switchboard.dialects.vendor_requests import OK, VendorAnswer, VendorRequest, refusal_of
from switchboard.errors import Conflict, Invalid, NotFound, NotSupported, ProviderRefused, Refusal, Refused

ROOT = "/vpbx"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SEPARATOR = ":"  # between key and salt in a token
REFUSED_WITH_CODE = 420
GOOD = 1000
NO_CALL, ENDED, NOT_POSSIBLE = 3310, 4101, 4100
WRONG_NUMBER, NO_NUMBER, NO_OBJECT = 3200, 3330, 3300
WRONG_SIGNATURE, WRONG_KEY, UNSUPPORTED = 3102, 3105, 4001
SERVER = range(5000, 6000)


def command(token: str, path: str, fields: Mapping[str, Any]) -> VendorRequest:
    """Return a request. `token` is `key:salt`; the salt is signed with, and never sent. Raises ProviderRefused."""
    key, colon, salt = token.partition(SEPARATOR)
    if not (key and colon and salt):
        raise ProviderRefused("The token must be key:salt.", Refusal.FORBIDDEN)
    return VendorRequest("POST", (f"{ROOT}/{path}",), FORM, content=signed_form(key, as_text(fields), salt))


def success(answer: VendorAnswer) -> Mapping[str, Any]:
    """Return the body of a 2xx, empty without one. Raises Refused by the code, else by the status."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    code = code_of(answer)
    if code is not None and code != GOOD:
        raise refusal_by(code)
    if answer.status not in OK:
        raise refusal_of(answer)
    return body


def code_of(answer: VendorAnswer) -> int | None:
    """Return the code of an answer, None without one."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    return whole(body, "code") or whole(body, "result")


def refusal_by(code: int) -> Refused:
    """Return the error of a code ('Коды результатов')."""
    if code in SERVER:
        return ProviderRefused(f"The other system is out of order ({code}).", Refusal.UNAVAILABLE)
    known = REFUSALS.get(code)
    return known() if known else ProviderRefused(f"The other system refused ({code}).", Refusal.REJECTED)


def _ended() -> Refused:
    return Conflict("The call has ended.", "call")


def _no_number() -> Refused:
    return Invalid("The PBX cannot call this number.", "number")


def _no_access() -> Refused:
    return ProviderRefused("The other system does not accept our token.", Refusal.FORBIDDEN)


REFUSALS: dict[int, Callable[[], Refused]] = {
    NO_CALL: _ended,
    ENDED: _ended,
    NOT_POSSIBLE: lambda: Conflict("The PBX cannot do this with the call now.", "call"),
    WRONG_NUMBER: _no_number,
    NO_NUMBER: _no_number,
    NO_OBJECT: lambda: NotFound("The PBX knows no such extension.", "extension"),
    WRONG_SIGNATURE: _no_access,
    WRONG_KEY: _no_access,
    UNSUPPORTED: lambda: NotSupported("The PBX does not support this."),
}
