"""Client of the PBX's API, in both generations: users, and calls that ring an employee first.

The second generation takes JSON with the header `X-API-KEY`, and its errors are `{"message"}`. A PBX of the first
generation has one path, which takes forms with `cmd` and `token`. So a 404 without `message` means that the PBX is of
the first generation, and that nothing was done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from switchboard.dialects.reading import text
from switchboard.dialects.vendor_requests import (
    BAD_REQUEST,
    NOT_FOUND,
    OK,
    SendToVendor,
    VendorAnswer,
    VendorRequest,
    not_understood,
    refusal_of,
)
from switchboard.errors import Invalid, NotFound

FIRST, SECOND = "/sys/crm_api.wcgp", "/crmapi/v1"
KEY = "X-API-KEY"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CALL_IDS = ("callid", "CallID", "callId")
_BARE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")


@dataclass(frozen=True, slots=True)
class MegafonClient:
    """One account of one PBX. Every method may raise ProviderRefused and ProviderSilent."""

    ask: SendToVendor
    token: str

    def extensions(self) -> list[str]:
        """Return the extensions of the PBX's users."""
        answer = self.ask(VendorRequest("GET", (f"{SECOND}/users",), {KEY: self.token}))
        if _is_first_generation(answer):
            answer = self.ask(self._command("accounts"))
        return [number for one in _listed(answer) if (number := text(one, "ext"))]

    def originate(self, extension: str, number: str, caller_id: str = "") -> str | None:  # noqa: ARG002 - the role's
        """Ring an employee, then connect the employee to a number; return the PBX's id of the call, None if untold.

        What the PBX does with `clid` is not documented, so `caller_id` is not sent. Raises Invalid for a number or a
        user that the PBX does not take, NotFound for an unknown user.
        """
        wish = {"phone": number.removeprefix("+"), "user": extension}
        answer = self.ask(VendorRequest("POST", (f"{SECOND}/makecall",), {KEY: self.token}, json=wish))
        if _is_first_generation(answer):
            answer = self.ask(self._command("makeCall", **wish))
        return read_call_id(answer)

    def _command(self, name: str, **fields: str) -> VendorRequest:
        form = urlencode({"cmd": name, "token": self.token, **fields}).encode()
        return VendorRequest("POST", (FIRST,), FORM, content=form)


def open_client(ask: SendToVendor, token: str, spelling: Sequence[str] = ()) -> MegafonClient:  # noqa: ARG001 - the role's
    """Return a client. The PBX's answers tell its generation."""
    return MegafonClient(ask, token)


def read_call_id(answer: VendorAnswer) -> str | None:
    """Return the id in `{"callid"}` or in a bare text; None for any other 2xx. Raises as `MegafonClient.originate`.

    The paper of the first generation shows a bare text; an object without an id was seen at a real PBX.
    """
    if answer.status == BAD_REQUEST:
        raise Invalid("The PBX does not take this number or this user.", "number")
    if answer.status == NOT_FOUND:
        raise NotFound("The PBX knows no such user.", "extension")
    if answer.status not in OK:
        raise refusal_of(answer)
    if isinstance(answer.body, Mapping):
        return next((found for name in CALL_IDS if (found := text(answer.body, name))), None)
    bare = answer.text.strip().strip('"')
    return bare if _BARE_ID.fullmatch(bare) and bare != "null" else None


def _is_first_generation(answer: VendorAnswer) -> bool:
    return answer.status == NOT_FOUND and not (isinstance(answer.body, Mapping) and "message" in answer.body)


def _listed(answer: VendorAnswer) -> list[Mapping[str, Any]]:
    """Return the objects of a list. The second generation may wrap the list into an object."""
    if answer.status not in OK:
        raise refusal_of(answer)
    found = answer.body
    if isinstance(found, Mapping):
        found = next((one for one in found.values() if isinstance(one, list)), None)
    if not isinstance(found, list):
        raise not_understood()
    return [one for one in found if isinstance(one, Mapping)]
