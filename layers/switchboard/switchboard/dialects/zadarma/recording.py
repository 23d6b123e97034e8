"""The link of a recording (user-api-v1, `getPbxRecord`): `GET /v1/pbx/record/request/`."""

from __future__ import annotations

from switchboard.dialects.reading import text
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.dialects.zadarma.requests import get, success
from switchboard.errors import NotFound, ProviderRefused

REQUEST = "/v1/pbx/record/request/"
LIFETIME = "1800"  # seconds, from 180 to 5,184,000


def ask_link(token: str, recording_id: str) -> VendorRequest:
    """Return the request for the link of a recording, by the id of the recorded part of the call."""
    return get(token, REQUEST, {"call_id": recording_id, "lifetime": LIFETIME})


def link_in(answer: VendorAnswer) -> str:
    """Return the file's URL; empty without one. A recording that Zadarma does not know yet has none.

    Raises ProviderRefused or ProviderSilent.
    """
    try:
        body = success(answer)
    except NotFound:
        return ""
    except ProviderRefused as error:
        if _is_about_the_file(answer):
            return ""
        raise error from None
    links = body.get("links")
    first = next((one for one in links if isinstance(one, str)), "") if isinstance(links, list) else ""
    return text(body, "link") or first


def _is_about_the_file(answer: VendorAnswer) -> bool:
    """Whether the API took the request and has no file: a 400 or 200 with an error, not a wrong key or a limit."""
    return answer.status in (200, 400)
