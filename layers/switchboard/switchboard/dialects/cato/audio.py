"""Audio files as SP5000 CATO answers them (section 3.1), and as we do beyond its document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.campaigns.audio.model import AudioFile, Upload

AUDIO_FILES = "/api/v1/audio-files"


def added_view(file: AudioFile, base_url: str) -> dict[str, Any]:
    """`{"id", "name", "url", "userId"}`, as documented."""
    url = f"{base_url}{AUDIO_FILES}/{file.id}/content"
    return {"id": file.id, "name": file.name, "url": url, "userId": file.user_id}


def audio_view(file: AudioFile, base_url: str) -> dict[str, Any]:
    """The documented four; the length in seconds, what kind of file came, sizes in bytes, time in milliseconds."""
    return {
        **added_view(file, base_url),
        "durationS": round(file.seconds, 3),
        "sourceType": file.kind,
        "sizes": dict(file.sizes),
        "createdAt": milliseconds(file.created_at),
    }


def upload_view(upload: Upload, link: str, base_url: str) -> dict[str, Any]:
    """Where the bytes are to be put, and what is to be called when they are there."""
    return {
        "id": upload.id,
        "name": upload.name,
        "userId": upload.user_id,
        "upload": {"method": "PUT", "url": link, "headers": {"Content-Length": str(upload.size)}},
        "complete": {"method": "POST", "url": f"{base_url}{AUDIO_FILES}/uploads/{upload.id}"},
    }


def milliseconds(at: datetime) -> int:
    """A time as this API writes times."""
    return int(at.timestamp() * 1000)
