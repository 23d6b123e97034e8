"""Addresses at which a PBX fetches the audio that it plays, without a token.

Asterisk's media cache keeps a file under its whole address, so an address stays the same for a day. The path ends in
`.wav`, because the cache knows the kind of a file by the end of its path.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from switchboard.errors import NotFound

PATH = "/telephony/audio"
DAY = timedelta(days=1)
LIFE = 2  # days that an address is good for, the day of its making included
PREFIX, SUFFIX = "audio/", ".wav"


def media_url(base: str, key: str, secret: str, now: datetime) -> str:
    """Return the address of an audio file by its key, `audio/<account>/<id>/<digest>.wav`."""
    day = _day(now)
    return f"{base}{PATH}/{day}-{_signature(key, day, secret)}/{key.removeprefix(PREFIX)}"


def key_in(parts: tuple[str, ...], secret: str, now: datetime) -> str:
    """Return the key that a signed path names by its last four parts. Raises NotFound."""
    ticket, account, id_, name = parts[-4:] if len(parts) >= 4 else ("", "", "", "")  # noqa: PLR2004
    day, _, signature = ticket.partition("-")
    key = f"{PREFIX}{account}/{id_}/{name}"
    is_fresh = day.isascii() and day.isdigit() and 0 <= int(_day(now)) - int(day) < LIFE
    if not is_fresh or not hmac.compare_digest(signature.encode(), _signature(key, day, secret).encode()):
        raise NotFound("There is no such audio.", "audio")
    return key


def _day(now: datetime) -> str:
    return str(int(now.timestamp() // DAY.total_seconds()))


def _signature(key: str, day: str, secret: str) -> str:
    text = f"telephony audio\n{day}\n{key}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]
