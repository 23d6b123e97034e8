"""Signatures of Standard Webhooks, version 1: HMAC-SHA256 over id, timestamp and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"


def signature_headers(delivery_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Return `webhook-id`, `webhook-timestamp`, and `webhook-signature` with a signature for each secret.

    The timestamp is the time of the attempt, in seconds since 1970. A secret is `whsec_` and base64, padded or not.
    Source: the Standard Webhooks specification, symmetric signatures (`v1`).
    """
    headers = {"webhook-id": delivery_id, "webhook-timestamp": str(int(at.timestamp()))}
    if secrets:
        headers["webhook-signature"] = " ".join(f"v1,{_sign(headers, body, secret)}" for secret in secrets)
    return headers


def _sign(headers: dict[str, str], body: bytes, secret: str) -> str:
    encoded = secret.removeprefix(PREFIX)
    key = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
