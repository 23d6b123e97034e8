"""Take secrets and telephone numbers out of an object before the object goes into a record."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from ipaddress import ip_network
from typing import Any

HIDDEN = "***"
LARGEST = 8 * 1024  # characters of an object in JSON
SHOWN_DIGITS = 3
_SECRET = re.compile(
    r"token|secret|passw|pwd|auth_string|access_?key|api_?key|private|credential|authorization|bearer|^value$|^key$",
    re.IGNORECASE,
)
# Seven digits or more, with what stands between the digits of telephone numbers.
_NUMBER = re.compile(r"\+?\d(?:[\s().\-\u00a0]{0,2}\d){6,}")
_USERINFO = re.compile(r"(://)[^/\s@]{1,200}@")
_QUERY = re.compile(r"([?&][^=&#\s]{1,100}=)[^&#\s]*")


def redacted(value: Any) -> Any:
    """Return a JSON value without secrets, and with the middle of telephone numbers hidden. A large one is left out."""
    found = _plain(value)
    if len(json.dumps(found, default=str)) > LARGEST:
        return {"left_out": f"more than {LARGEST} characters"}
    return found


def masked(text: str) -> str:
    """Return a text with only the last digits of each telephone number. Times and addresses of networks stay."""
    if _is_time(text) or _is_network(text):
        return text
    return _NUMBER.sub(lambda found: HIDDEN + re.sub(r"\D", "", found[0])[-SHOWN_DIGITS:], text)


def _is_time(text: str) -> bool:
    with suppress(ValueError):
        return bool(datetime.fromisoformat(text)) and ":" in text
    return False


def _is_network(text: str) -> bool:
    with suppress(ValueError):
        return bool(ip_network(text, strict=False).version) and not text.isdigit()
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {masked(str(name)): _field(str(name), one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        return _QUERY.sub(rf"\g<1>{HIDDEN}", _USERINFO.sub(rf"\g<1>{HIDDEN}@", masked(value)))
    return value


def _field(name: str, value: Any) -> Any:
    is_text = isinstance(value, str | list | dict) and bool(value)
    return HIDDEN if is_text and _SECRET.search(name) else _plain(value)
