"""Files of any kind become what a telephone plays, in a process of their own: decoders meet whatever anybody sends.

The process has bounded time and memory, and takes nothing with it when it dies.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from switchboard.campaigns.audio.heard import Heard, Trouble, check
from switchboard.campaigns.audio.kinds import ENOUGH, kind_of
from switchboard.campaigns.audio.model import LARGEST_UPLOAD, LONGEST, Rendition
from switchboard.campaigns.audio.ports import Converted, Raw
from switchboard.errors import TooLarge

# The child finds what its parent finds, and nothing else: no startup files, no variables.
BOOT = """
import sys
sys.path[:] = sys.argv[1].split(chr(31))
from switchboard.media import child
child.main(sys.argv[2])
"""
KILLED = {signal.SIGXCPU, signal.SIGKILL}  # for its time or its memory; other signals are a decoder's own end


@dataclass(frozen=True, slots=True)
class ConversionLimits:
    """What a conversion may take: seconds of CPU and of the clock, bytes of memory, seconds of audio."""

    cpu: int = 20
    wall: float = 24.0
    memory: int = 512 * 1024 * 1024
    longest: int = LONGEST


ConversionReport = Callable[[str, Heard, float], None]
"""Hears of a conversion: the kind of what came, what was heard, and the seconds that it took."""


def _nobody(_kind: str, _heard: Heard, _took: float) -> None:
    """To whom nothing is of interest."""


class ChildConverter:
    """Port Converter."""

    def __init__(self, limits: ConversionLimits | None = None, report: ConversionReport = _nobody) -> None:
        self._limits = limits or ConversionLimits()
        self._report = report

    @contextmanager
    def convert(self, raw: Raw) -> Iterator[Converted]:
        """The renditions are there until the context ends."""
        with TemporaryDirectory(prefix="audio-") as place:
            folder = Path(place)
            head = _written(raw.pieces, folder / "source")
            kind = kind_of(head, raw.name, raw.pcm)
            renditions = {rendition: folder / f"made.{rendition}" for rendition in Rendition}
            order = {
                "source": str(folder / "source"),
                "kind": kind,
                "pcm": asdict(raw.pcm),
                "limits": asdict(self._limits),
                "renditions": {rendition.value: str(path) for rendition, path in renditions.items()},
            }
            begun = monotonic()
            heard = self._heard(order)
            self._report(kind, heard, monotonic() - begun)
            check(heard)
            yield Converted(kind, heard.seconds, renditions)

    def _heard(self, order: dict[str, Any]) -> Heard:
        command = [sys.executable, "-I", "-S", "-B", "-c", BOOT, "\x1f".join(sys.path), json.dumps(order)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=self._limits.wall, check=False, cwd="/")  # noqa: S603 - our own
        except subprocess.TimeoutExpired:
            raise ChildFailed("it was not done in time") from None
        if done.returncode < 0:
            return Heard(trouble=Trouble.TOO_COSTLY if -done.returncode in KILLED else Trouble.UNREADABLE)
        if done.returncode > 0:
            raise ChildFailed(done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200])
        told = json.loads(done.stdout)
        return Heard(**{**told, "trouble": Trouble(told["trouble"]) if told["trouble"] else None})


class ChildFailed(Exception):
    """The process that converts ended by an error of our own, or this machine was too slow for it."""


def _written(pieces: Iterable[bytes], path: Path) -> bytes:
    """Write a file, and give back its beginning; TooLarge for what has no end."""
    head, size = b"", 0
    with path.open("wb") as file:
        for piece in pieces:
            head += piece[: ENOUGH - len(head)]
            size += file.write(piece)
            if size > LARGEST_UPLOAD:
                raise TooLarge(f"A file may have {LARGEST_UPLOAD} bytes.")
    return head
