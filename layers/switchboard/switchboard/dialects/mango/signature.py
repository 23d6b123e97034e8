"""Mango's signature: SHA-256 over key, the text of `json`, and salt (VPBX API, 'Подпись').

The signature covers the decoded text of the form field. JSON that was parsed and written again has another signature.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

from switchboard.accounts.vendor_signature import SignatureKeys

KEY, SIGN, JSON = "vpbx_api_key", "sign", "json"
FIELDS = frozenset({KEY, SIGN, JSON})


def read(raw: bytes) -> dict[str, Any] | None:
    """Return the fields of a form of Mango's, an empty object for an empty body; None for any other body.

    A field that comes twice is not Mango's: nobody could say which of both was signed.
    """
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=bool(raw.strip()), max_num_fields=9)
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) and fields.keys() <= FIELDS else None


def is_signed(fields: Mapping[str, Any], headers: Mapping[str, str], keys: SignatureKeys) -> bool:  # noqa: ARG001
    """Whether key and signature are right. The check of the connection in Mango's cabinet has no `json`: it passes."""
    if is_probe(fields):
        return True
    shown = (str(fields.get(KEY, "")), str(fields.get(SIGN, "")).lower())
    wanted = (keys.key, sign(keys.key, str(fields.get(JSON, "")), keys.secret))
    fits = [hmac.compare_digest(one.encode(), other.encode()) for one, other in zip(shown, wanted, strict=True)]
    return all(fits)


def is_probe(fields: Mapping[str, Any]) -> bool:
    """Whether a body tells nothing, as the check of the connection."""
    return fields.keys() <= {KEY, SIGN}


def sign(key: str, text: str, salt: str) -> str:
    """Return the signature of a text, in hex."""
    return sha256(f"{key}{text}{salt}".encode("utf-8", "surrogatepass")).hexdigest()


def signed_form(key: str, text: str, salt: str) -> bytes:
    """Return the body of a signed message."""
    return urlencode({KEY: key, SIGN: sign(key, text, salt), JSON: text}).encode()
