"""Audio's use cases over memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from switchboard.accounts.terms.storage import AccountStorage
from switchboard.campaigns.audio.add import AddAudio, AudioRequest, KeepAudio, ReplaceAudio
from switchboard.campaigns.audio.convert import ConvertAudio
from switchboard.campaigns.audio.manage import RemoveAudio
from switchboard.campaigns.audio.speak import SpeakText
from switchboard.campaigns.audio.uploads import AudioUploadRequest, BeginUpload, CompleteUpload
from switchboard.kernel.campaign_audio import AudioFile
from tests.fakes.audio import Copier, MemoryAudioFiles, MemoryAudioStore, Robot
from tests.fakes.source_activity import MemorySpending
from tests.support.sounds import tone, wav

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOUND, OTHER = wav(tone(1)), wav(tone(2))


@dataclass
class World:
    """`played` are the ids of files that a campaign plays. `room` is what the account may store, in bytes."""

    files: MemoryAudioFiles = field(default_factory=MemoryAudioFiles)
    store: MemoryAudioStore = field(default_factory=MemoryAudioStore)
    converter: Copier = field(default_factory=Copier)
    robot: Robot = field(default_factory=Robot)
    played: set[str] = field(default_factory=set)
    room: int = 2**30

    def __post_init__(self) -> None:
        originals = count(1)
        self.storage = AccountStorage(MemorySpending(), lambda _: self.room, lambda: NOON)
        convert = ConvertAudio(self.store, self.converter)
        self.keep = KeepAudio(self.files, self.store, convert, self.storage, lambda: f"o-{next(originals)}")
        self.add_audio = AddAudio(self.keep, lambda: NOON)
        self.replace = ReplaceAudio(self.keep, self.in_use)
        self.remove = RemoveAudio(self.files, self.store, self.in_use, self.storage, lambda: NOON)
        numbers = count(1)
        self.begin = BeginUpload(self.keep, lambda: f"u-{next(numbers)}", lambda: NOON)
        self.complete = CompleteUpload(self.keep, lambda: NOON)
        self.speak = SpeakText(self.add_audio, self.robot)

    def in_use(self, account: str, audio_id: str) -> bool:
        assert account == "acme"
        return audio_id in self.played

    def add(self, data: bytes = SOUND, name: str = "warning") -> AudioFile:
        return self.add_audio(AudioRequest("acme", "user", name, data))

    def uploaded(self, data: bytes = SOUND) -> str:
        """An upload whose bytes are there."""
        upload, _ = self.begin(AudioUploadRequest("acme", "user", "long", len(data)))
        self.store.objects[upload.key] = data
        return upload.id

    def whole(self) -> bool:
        """Whether every file has its bytes, and no bytes are of no file."""
        wanted = {file.key(rendition) for file in self.files.files.values() for rendition in ("alaw", "wav")}  # type: ignore[arg-type]
        return wanted == {key for key in self.store.objects if key.startswith("audio/")}
