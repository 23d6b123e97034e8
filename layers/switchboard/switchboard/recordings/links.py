"""Links to recordings that open without a token, for a CRM whose player can send none.

A link opens one recording of one account. The signature is an HMAC of both under the hub's token key. The link lasts as
long as the recording, and at most a year after a change of the key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from urllib.parse import quote, urlencode

from switchboard.errors import Unauthorized

PARAMETER = "link"
SEPARATOR = "."
SHOWN = 40  # hex digits of the signature, 160 bits


def link_to(base_url: str, account: str, call_id: str, key: str) -> str:
    """Return the link to the recording of a call."""
    signed = urlencode({PARAMETER: f"{account}{SEPARATOR}{_signature(account, call_id, key)}"})
    return f"{base_url}/api/v1/record/{quote(call_id, safe='')}?{signed}"


def account_behind_link(link: str, call_id: str, keys: Iterable[Callable[[], str]]) -> str:
    """Return the account whose recording the parameter of a link opens. Raises Unauthorized.

    `keys` give the current key and earlier ones; an earlier key is asked for only if the current one did not sign.
    """
    account, _, signature = link.partition(SEPARATOR)
    for key in keys:
        text = key()
        if text and hmac.compare_digest(signature.encode(), _signature(account, call_id, text).encode()):
            return account
    raise Unauthorized("This link opens no recording.")


def _signature(account: str, call_id: str, key: str) -> str:
    text = f"recording link\n{account}\n{call_id}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:SHOWN]
