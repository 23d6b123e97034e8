"""The process that decodes: its argument is an order in JSON, its output the result in JSON."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from typing import Any

from switchboard.campaigns.audio.decoded import RATE, DecodedAudio, DecodeFailure

LARGEST_FILE = 5 * RATE  # most bytes written for a second of audio, with a margin
OPEN_FILES = 64


def main(order: str) -> None:
    """Run the `order`, a JSON object written by `converter`, and print the result."""
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


def _heard(wanted: dict[str, Any]) -> DecodedAudio:
    try:
        from switchboard.media.decode import decode  # noqa: PLC0415 - imported under the limits

        return decode(wanted)
    except MemoryError:
        return DecodedAudio(trouble=DecodeFailure.TOO_COSTLY)
