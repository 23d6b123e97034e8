"""Signed requests to Zadarma's API (user-api-v1, `lib/Client.php`; OpenAPI document, 'info').

`Authorization: key:signature`. The signature is base64 of the hex text of HMAC-SHA1 over path, query and the query's
MD5, with the secret. The query has its parameters in the order of their names, and a space is `+`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from switchboard.dialects.vendor_requests import (
    NOT_FOUND,
    OK,
    VendorAnswer,
    VendorRequest,
    not_understood,
    refusal_of,
)
from switchboard.errors import NotFound, ProviderRefused, Refusal

FORM = "application/x-www-form-urlencoded"
SEPARATOR = ":"  # between key and secret in a token


def signed(text: str, secret: str) -> str:
    """Return the signature of a text: the vendor encodes the hex digits in base64, not the bytes."""
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest()
    return base64.b64encode(digest.encode()).decode()


def get(token: str, path: str, params: Mapping[str, str]) -> VendorRequest:
    """Return a GET. `token` is `key:secret`. Raises ProviderRefused for a token of another form."""
    query = _query(params)
    return VendorRequest("GET", (f"{path}?{query}" if query else path,), _authorization(token, path, query))


def post(token: str, path: str, params: Mapping[str, str]) -> VendorRequest:
    """Return a POST of a form. Raises ProviderRefused for a token of another form."""
    query = _query(params)
    headers = {**_authorization(token, path, query), "Content-Type": FORM}
    return VendorRequest("POST", (path,), headers, content=query.encode())


def success(answer: VendorAnswer) -> Mapping[str, Any]:
    """Return the body of an answer with `"status": "success"`. Raises NotFound, ProviderRefused or ProviderSilent."""
    if answer.status == NOT_FOUND:
        raise NotFound("Zadarma knows no such object.")
    if answer.status not in OK:
        raise refusal_of(answer)
    if not isinstance(answer.body, Mapping):
        raise not_understood()
    if answer.body.get("status") != "success":
        raise ProviderRefused("Zadarma refused the request.")
    return answer.body


def _query(params: Mapping[str, str]) -> str:
    return urlencode(sorted(params.items()))


def _authorization(token: str, path: str, query: str) -> dict[str, str]:
    key, colon, secret = token.partition(SEPARATOR)
    if not (key and colon and secret):
        raise ProviderRefused("The token must be key:secret.", Refusal.FORBIDDEN)
    checksum = hashlib.md5(query.encode(), usedforsecurity=False).hexdigest()  # the vendor's form of the signature
    return {"Authorization": f"{key}{SEPARATOR}{signed(f'{path}{query}{checksum}', secret)}"}
