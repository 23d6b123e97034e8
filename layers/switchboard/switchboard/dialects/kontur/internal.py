"""Messages about a call between two users of the CRM: `internal`, with the user on both sides of each leg."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.dialects.kontur.parties import INTERNAL, InternalPair, pair_in
from switchboard.kernel.numbers import extension_key

SIDES = ("from", "to")


def user_of(extension: str, crm_users: Mapping[str, str]) -> str:
    """Return the CRM's user of an extension in any spelling, or an empty string."""
    return crm_users.get(extension) or crm_users.get(extension_key(extension, crm_users), "")


def between_users(body: Mapping[str, Any], note: str, crm_users: Mapping[str, str]) -> dict[str, Any]:
    """Return the message as one of an internal call, if both numbers of its note are users of the CRM."""
    pair = pair_in(note)
    if pair is None or not all(user_of(number, crm_users) for number in (pair.own, pair.client)):
        return dict(body)
    told = {**body, **({"direction": INTERNAL} if "direction" in body else {})}
    if "items" in told:
        told["items"] = [_with_both(item, pair) for item in told["items"]]
    return _with_both(told, pair)


def _with_both(leg: Mapping[str, Any], pair: InternalPair) -> dict[str, Any]:
    """Return a leg with the other user of the pair in place of its client. A user without an id is the own side."""
    sides = {name: leg[name] for name in SIDES if name in leg}
    user = next((side["userId"] for side in sides.values() if "userId" in side), pair.own)
    other = pair.own if extension_key(user) == extension_key(pair.client) else pair.client
    return {**leg, **{name: _user(other if _is_client(side) else user) for name, side in sides.items()}}


def _is_client(side: Mapping[str, str]) -> bool:
    return side["type"] != "user"


def _user(extension: str) -> dict[str, str]:
    return {"type": "user", "userId": extension}
