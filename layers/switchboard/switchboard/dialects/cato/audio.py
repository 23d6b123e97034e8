"""Answers about audio files: the fields of sp5000-cato, section 3.1, and the hub's additions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.kernel.campaign_audio import AudioFile, AudioUpload

AUDIO_FILES = "/api/v1/audio-files"


def added_view(file: AudioFile, base_url: str) -> dict[str, Any]:
    """Return the documented `{"id", "name", "url", "userId"}`."""
    url = f"{base_url}{AUDIO_FILES}/{file.id}/content"
    return {"id": file.id, "name": file.name, "url": url, "userId": file.user_id}


def audio_view(file: AudioFile, base_url: str) -> dict[str, Any]:
    """Return the documented fields, and: length in seconds, source type, sizes in bytes, time in milliseconds."""
    return {
        **added_view(file, base_url),
        "durationS": round(file.seconds, 3),
        "sourceType": file.kind,
        "sizes": dict(file.sizes),
        "createdAt": milliseconds(file.created_at),
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
