"""Answer a vendor that checks a source's address with a GET before it sends events there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from switchboard.bootstrap.intake import receive_call_event
from switchboard.dialects.registry import DIALECTS
from switchboard.errors import Invalid, NotFound
from switchboard.lambdas.http import answer

# The address answers everybody, so nothing that a browser could take for a page is repeated.
HARMLESS = re.compile(r"[A-Za-z0-9._~:=+/-]{1,200}")
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}


def echoed(dialect: str, source: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer with the value of the query parameter that the vendor checks an address by.

    Raises NotFound for any other vendor and for an unknown source, Invalid for a value that is not plain.
    """
    name = DIALECTS[dialect].echoes
    if not name:
        raise NotFound("This vendor checks no addresses: the path takes POST.")
    receive_call_event().source(dialect, source)
    value = str((event.get("queryStringParameters") or {}).get(name) or "")
    if not HARMLESS.fullmatch(value):
        raise Invalid(f"{name} must have 1 to 200 letters, digits or ._~:=+/-.", name)
    return answer(200, value, PLAIN)
