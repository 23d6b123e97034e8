"""Toy's signature: SHA-256 over key, event and secret."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from switchboard.accounts.vendor_signature import SignatureKeys


def read(raw: bytes) -> dict[str, Any] | None:
    """Return the fields of a form that has a signature."""
    fields = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    return fields if "sign" in fields else None


def is_signed(fields: Mapping[str, Any], headers: Mapping[str, str], keys: SignatureKeys) -> bool:
    """Whether the field `sign` is right."""
    wanted = sha256(f"{keys.key}{fields.get('event')}{keys.secret}".encode()).hexdigest()
    return hmac.compare_digest(str(fields.get("sign", "")).encode(), wanted.encode())
