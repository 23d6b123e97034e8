"""Answers about audio files: the fields of sp5000-cato, section 3.1, and the hub's additions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.kernel.campaign_audio import AudioFile, AudioLevels, AudioUpload

AUDIO_FILES = "/api/v1/audio-files"


def added_view(file: AudioFile, base_url: str) -> dict[str, Any]:
    """Return the documented `{"id", "name", "url", "userId"}`."""
    url = f"{base_url}{AUDIO_FILES}/{file.id}/content"
    return {"id": file.id, "name": file.name, "url": url, "userId": file.user_id}


def audio_view(file: AudioFile, base_url: str) -> dict[str, Any]:
    """Return the documented fields, and the hub's: what the file was read as, its length and levels, and warnings.

    Lengths are in seconds, sizes in bytes, times in milliseconds. `readAs` and `levels` are None for files of earlier
    releases.
    """
    return {
        **added_view(file, base_url),
        "durationS": round(file.seconds, 3),
        "sourceType": file.kind,
        "readAs": _read_as(file),
        "levels": _levels(file.levels),
        "warnings": list(file.levels.warnings) if file.levels else [],
        "sizes": dict(file.sizes),
        "createdAt": milliseconds(file.created_at),
    }


def warning_headers(file: AudioFile) -> dict[str, str]:
    """Return headers for an answer whose documented body has no room for type and warnings."""
    warnings = ", ".join(file.levels.warnings) if file.levels else ""
    return {"X-Audio-Type": file.kind, **({"X-Audio-Warnings": warnings} if warnings else {})}


def _read_as(file: AudioFile) -> dict[str, Any] | None:
    form = file.form
    return {"type": file.kind, "codec": form.codec, "rate": form.rate, "channels": form.channels} if form else None


def _levels(levels: AudioLevels | None) -> dict[str, Any] | None:
    if levels is None:
        return None
    return {
        "before": {"peakDb": levels.peak_before, "loudnessLufs": levels.loudness_before},
        "after": {"peakDb": levels.peak, "loudnessLufs": levels.loudness},
        "clippedPlaces": levels.clipped,
        "silenceStartS": levels.silence_start,
        "silenceEndS": levels.silence_end,
    }


def upload_view(upload: AudioUpload, link: str, base_url: str) -> dict[str, Any]:
    """Return the request that uploads the bytes, and the request that completes the upload."""
    return {
        "id": upload.id,
        "name": upload.name,
        "userId": upload.user_id,
        "upload": {"method": "PUT", "url": link, "headers": {"Content-Length": str(upload.size)}},
        "complete": {"method": "POST", "url": f"{base_url}{AUDIO_FILES}/uploads/{upload.id}"},
    }


def milliseconds(at: datetime) -> int:
    """Return a time in milliseconds since 1970, as this API writes times."""
    return int(at.timestamp() * 1000)
