"""Audio files of campaigns in memory: their rows, their bytes, a converter that decodes nothing, and a speaker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from switchboard.campaigns.audio.ports import ConvertedAudio, RawAudio
from switchboard.errors import Invalid, NotFound, UnsupportedMedia
from switchboard.kernel.campaign_audio import AudioFile, AudioUpload, Rendition
from tests.fakes.pages import page
from tests.support.sounds import tone, wav


class MemoryAudioFiles:
    """Port AudioFiles."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], AudioFile] = {}
        self.uploads: dict[tuple[str, str], AudioUpload] = {}

    def get(self, account: str, id_: str) -> AudioFile | None:
        return self.files.get((account, id_))

    def add(self, file: AudioFile) -> bool:
        return self.files.setdefault((file.account, file.id), file) is file

    def save(self, before: AudioFile, after: AudioFile) -> bool:
        row = self.get(before.account, before.id)
        if row is None or row.revision != before.revision:
            return False
        self.files[after.account, after.id] = after
        return True

    def remove(self, account: str, id_: str, now: datetime) -> None:  # noqa: ARG002 - nobody holds it here
        self.files.pop((account, id_), None)

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[AudioFile], str | None]:
        own = [file for (owner, _), file in sorted(self.files.items()) if owner == account]
        return page(own, limit, cursor)

    def expect(self, upload: AudioUpload) -> None:
        self.uploads[upload.account, upload.id] = upload

    def expected(self, account: str, id_: str) -> AudioUpload | None:
        return self.uploads.get((account, id_))


class MemoryAudioStore:
    """Port AudioStore."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, content_type: str, file: Path) -> None:
        assert content_type
        self.objects[key] = file.read_bytes()

    def put_original(self, key: str, data: bytes) -> None:
        self.objects[key] = data

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        if key not in self.objects:
            raise NotFound("It is no longer kept.")
        return iter([self.objects[key][first : last + 1]])

    def size(self, key: str) -> int | None:
        return len(self.objects[key]) if key in self.objects else None

    def keep_only(self, folder: str, keys: Iterable[str]) -> None:
        gone = {key for key in self.objects if key.startswith(folder)} - set(keys)
        self.objects = {key: data for key, data in self.objects.items() if key not in gone}

    def upload_link(self, key: str, size: int) -> str:
        return f"https://store.example/{key}?content-length={size}"


class Copier:
    """Port Converter: takes a WAV of a telephone's quality for all its renditions, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    @contextmanager
    def convert(self, raw: RawAudio) -> Iterator[ConvertedAudio]:
        self.asked += 1
        data = b"".join(raw.pieces)
        if not data.startswith(b"RIFF"):
            raise UnsupportedMedia("This is no audio.")
        with TemporaryDirectory() as folder:
            made = {rendition: Path(folder) / rendition for rendition in Rendition}
            for path in made.values():
                path.write_bytes(data)
            yield ConvertedAudio("audio/wav", (len(data) - 44) / 16000, made)


class Robot:
    """Port Speaker: beeps for as long as there are letters, and has two voices."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def speak(self, text: str, voice: str) -> bytes:
        if voice not in ("", "Beep", "Tatyana"):
            raise Invalid("There is no such voice.", "voice")
        self.said.append(text)
        return wav(tone(len(text) / 10))
