"""The link of a recording (VPBX API, 'Получение записи'): the answer to a signed request leads to the file, once."""

from __future__ import annotations

from switchboard.dialects.mango.requests import code_of, command, success
from switchboard.dialects.vendor_requests import NOT_FOUND, VendorAnswer, VendorRequest
from switchboard.errors import Refused

REQUEST = "queries/recording/post"
MOVED = range(300, 400)
NO_RECORD, NO_FILE = 3320, 3340


def ask_link(token: str, recording_id: str) -> VendorRequest:
    """Return the request for the link of a recording. `token` is `key:salt`."""
    return command(token, REQUEST, {"recording_id": recording_id, "action": "download"})


def link_in(answer: VendorAnswer) -> str:
    """Return the file's URL; empty while there is none: a file comes some minutes after the call.

    Raises ProviderRefused or ProviderSilent.
    """
    if answer.status in MOVED:
        return answer.headers.get("Location") or answer.headers.get("location") or ""
    if answer.status == NOT_FOUND:
        return ""
    try:
        success(answer)
    except Refused as error:
        if _is_missing(answer):
            return ""
        raise error from None
    return ""


def _is_missing(answer: VendorAnswer) -> bool:
    return code_of(answer) in {NO_RECORD, NO_FILE}
