"""The process that decodes: it is told what to do by its argument, and tells by its output what it heard."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from typing import Any

from switchboard.campaigns.audio.heard import RATE, Heard, Trouble

LARGEST_FILE = 3 * RATE  # bytes written for each second of audio, at most, and a little more
OPEN_FILES = 64


def main(order: str) -> None:
    """Do as `order`, in JSON, says."""
    wanted = json.loads(order)
    _limit(wanted["limits"])
    sys.stdout.write(json.dumps(asdict(_heard(wanted))))


def _limit(limits: dict[str, Any]) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, (limits["longest"] + 60) * LARGEST_FILE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _heard(wanted: dict[str, Any]) -> Heard:
    try:
        from switchboard.media.decode import decode  # noqa: PLC0415 - under the limits

        return decode(wanted)
    except MemoryError:
        return Heard(trouble=Trouble.TOO_COSTLY)
