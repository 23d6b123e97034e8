"""The signature of Zadarma's notifications (user-api-v1, `getSignatureString` of each class in `lib/Webhook`).

The header `Signature` is made over a few fields, without a separator and without the event's name. Whoever has seen a
notification can send it again with other unsigned fields. `IDENTITY` of the tables makes such a repeat change nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from switchboard.accounts.vendor_signature import SignatureKeys
from switchboard.dialects.zadarma.requests import signed
from switchboard.dialects.zadarma.tables import SIGNED

HEADER = "signature"
MOST_FIELDS = 100


def read(raw: bytes) -> dict[str, Any] | None:
    """Return the fields of a form with an event; None for any other body. Of a field sent twice the last one counts."""
    try:
        text = raw.decode()
        fields = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return None
    found = dict(fields)
    return found if "event" in found else None


def is_signed(fields: Mapping[str, Any], headers: Mapping[str, str], keys: SignatureKeys) -> bool:
    """Whether the header is right. An event that the vendor's document does not sign has no right signature."""
    names = SIGNED.get(str(fields.get("event")))
    if names is None:
        return False
    wanted = signed("".join(str(fields.get(name, "")) for name in names), keys.secret)
    return hmac.compare_digest(headers.get(HEADER, "").strip().encode(), wanted.encode())
