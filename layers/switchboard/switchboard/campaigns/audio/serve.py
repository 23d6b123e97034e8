"""Serve a rendition of an audio file, whole or as a range."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.campaigns.audio.manage import find_audio
from switchboard.campaigns.audio.ports import AudioFiles, AudioStore
from switchboard.kernel.campaign_audio import CONTENT_TYPES, AudioFile, Rendition
from switchboard.recordings.ranges import Unsatisfiable, read_range
from switchboard.recordings.serve import SAFE_NAME, ConditionalHeaders, RecordingResponse


@dataclass(frozen=True, slots=True)
class ServeAudio:
    """The use case behind `GET /audio-files/{id}/content`."""

    files: AudioFiles
    store: AudioStore

    def __call__(self, account: str, id_: str, rendition: Rendition, asked: ConditionalHeaders) -> RecordingResponse:
        """Answer with 200, 206, 304 or 416. Raises NotFound if the account has no such file."""
        file = find_audio(account, id_, self.files)
        tag, size = f'"{file.source[:32]}-{rendition}"', file.sizes[rendition]
        common = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
        if tag in asked.if_none_match:
            return RecordingResponse(304, common)
        try:
            wanted = read_range(asked.range, size) if asked.if_range in ("", tag) else None
        except Unsatisfiable:
            return RecordingResponse(416, {**common, "Content-Range": f"bytes */{size}", "Content-Length": "0"})
        first, last = (wanted.first, wanted.last) if wanted else (0, size - 1)
        ranged = {"Content-Range": f"bytes {first}-{last}/{size}"} if wanted else {}
        headers = {**common, **described(file, rendition), "Content-Length": str(last - first + 1), **ranged}
        return RecordingResponse(206 if wanted else 200, headers, self.store.read(file.key(rendition), first, last))


def described(file: AudioFile, rendition: Rendition) -> dict[str, str]:
    """The headers for media type and suggested file name."""
    name = SAFE_NAME.sub("_", file.name.rpartition(".")[0] or file.name)
    return {
        "Content-Type": CONTENT_TYPES[rendition],
        "Content-Disposition": f"inline; filename={name}.{rendition}",
    }
