"""Convert audio files of any format to the formats that a telephone plays, in a separate process.

Decoders meet files from strangers, so the process has limits on time and memory, and none of the hub's environment:
no credentials of AWS. Its crash leaves the hub unharmed.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from switchboard.campaigns.audio.decoded import RATE, DecodedAudio, DecodeFailure, check_playable
from switchboard.campaigns.audio.kinds import FileKind, kind_of
from switchboard.campaigns.audio.ports import ConvertedAudio, RawAudio
from switchboard.errors import Invalid, TooLarge
from switchboard.kernel.campaign_audio import LARGEST_UPLOAD, LONGEST, AudioLevels, Rendition, SourceForm
from switchboard.media.bounded import bare_environment

# The child has its parent's import path, and no startup files or environment.
BOOT = """
import sys
sys.path[:] = sys.argv[1].split(chr(31))
from switchboard.media import child
child.main(sys.argv[2])
"""
KILLED = {signal.SIGXCPU, signal.SIGKILL}  # killed for time or memory; another signal is a decoder's crash


@dataclass(frozen=True, slots=True)
class ConversionLimits:
    """Limits of a conversion: seconds of CPU (`cpu`) and of real time (`wall`), bytes of memory, seconds of audio."""

    cpu: int = 20
    wall: float = 24.0
    memory: int = 512 * 1024 * 1024
    longest: int = LONGEST


ConversionReport = Callable[[str, DecodedAudio, float], None]
"""Receives the media type of the file, the result, and the seconds that the conversion took."""


def _report_nothing(_kind: str, _heard: DecodedAudio, _took: float) -> None:
    """Ignore the conversion."""


class ChildConverter:
    """Port Converter."""

    def __init__(self, limits: ConversionLimits | None = None, report: ConversionReport = _report_nothing) -> None:
        self._limits = limits or ConversionLimits()
        self._report = report

    @contextmanager
    def convert(self, raw: RawAudio) -> Iterator[ConvertedAudio]:
        """Convert a file; the renditions exist until the context ends.

        Raises Invalid and TooLarge for the file, ChildFailed for a failure of the process.
        """
        with TemporaryDirectory(prefix="audio-") as place:
            folder = Path(place)
            _write(raw.pieces, folder / "received")
            kind = _kind_of(folder / "received", raw)
            renditions = {rendition: folder / f"made.{rendition}" for rendition in Rendition}
            order = {
                "source": str(_source(folder, kind.skip)),
                "kind": kind.type,
                "pcm": asdict(kind.pcm or raw.pcm),
                "treatment": asdict(raw.treatment),
                "limits": asdict(self._limits),
                "work": str(folder / "mono.f32"),
                "renditions": {rendition.value: str(path) for rendition, path in renditions.items()},
            }
            begun = monotonic()
            heard = self._heard(order)
            self._report(kind.type, heard, monotonic() - begun)
            check_playable(heard, quiet=raw.treatment.quiet)
            yield ConvertedAudio(kind.type, heard.written / RATE, renditions, heard.form, heard.levels)

    def _heard(self, order: dict[str, Any]) -> DecodedAudio:
        command = [sys.executable, "-I", "-S", "-B", "-c", BOOT, "\x1f".join(sys.path), json.dumps(order)]
        try:
            done = subprocess.run(  # noqa: S603 - our own
                command, capture_output=True, timeout=self._limits.wall, check=False, cwd="/", env=bare_environment()
            )
        except subprocess.TimeoutExpired:
            raise ChildFailed("the conversion took too long") from None
        if done.returncode < 0:
            return DecodedAudio(
                trouble=DecodeFailure.TOO_COSTLY if -done.returncode in KILLED else DecodeFailure.UNREADABLE
            )
        if done.returncode > 0:
            raise ChildFailed(done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200])
        return _decoded(json.loads(done.stdout))


class ChildFailed(Exception):
    """The converting process failed by a fault of the hub, or the machine was too slow."""


def _decoded(told: dict[str, Any]) -> DecodedAudio:
    """Return the result that the process printed."""
    trouble, form, levels = told["trouble"], told["form"], told["levels"]
    return DecodedAudio(
        **{
            **told,
            "trouble": DecodeFailure(trouble) if trouble else None,
            "form": SourceForm(**form) if form else None,
            "levels": AudioLevels(**{**levels, "warnings": tuple(levels["warnings"])}) if levels else None,
        }
    )


def _write(pieces: Iterable[bytes], path: Path) -> None:
    """Write a file. Raises TooLarge above the limit of an upload."""
    size = 0
    with path.open("wb") as file:
        for piece in pieces:
            size += file.write(piece)
            if size > LARGEST_UPLOAD:
                raise TooLarge(f"A file may have at most {LARGEST_UPLOAD} bytes.")


def _kind_of(path: Path, raw: RawAudio) -> FileKind:
    """Return what a file is. Raises Invalid for an empty file, UnsupportedMedia for anything but audio."""
    if not path.stat().st_size:
        raise Invalid("There is nothing in the file.")
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return kind_of(data, raw.name, raw.pcm)


def _source(folder: Path, skip: int) -> Path:
    """Return the file to decode: the received file, without the bytes before the audio."""
    received, source = folder / "received", folder / "source"
    if not skip:
        return received
    with received.open("rb") as file, source.open("wb") as rest:
        file.seek(skip)
        copyfileobj(file, rest)
    received.unlink()
    return source
