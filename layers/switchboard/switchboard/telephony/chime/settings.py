"""An account's stored settings as the provider uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.telephony.chime.model import ChimeSettings


def settings_from(stored: Mapping[str, Any], number: str) -> ChimeSettings:
    """Return the settings. `number` is the hub's own, for an account without numbers."""
    return ChimeSettings(
        numbers=tuple(stored["numbers"]) or (number,),
        phones={str(one["extension"]): str(one["number"]) for one in stored["phones"]},
        ring_for=float(stored["ring_for"]),
        talk_for=float(stored["talk_for"]),
        channels=int(stored["channels"]),
        cps=int(stored["cps"]),
    )
