"""Text to speech: a text is spoken, and kept as any other file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial

from switchboard.campaigns.audio.add import AddAudio, Origin
from switchboard.campaigns.audio.ports import Raw, Speaker
from switchboard.errors import NotOffered
from switchboard.kernel.campaign_audio import AudioFile


@dataclass(frozen=True, slots=True)
class SpeechWish:
    """What is to be said, in which voice, and the name that it is kept under."""

    account: str
    user_id: str
    name: str
    text: str
    voice: str = ""


@dataclass(frozen=True, slots=True)
class SpeakText:
    """The use case behind `POST /audio-files/tts`; without a speaker it is not offered."""

    add: AddAudio
    speaker: Speaker | None

    def __call__(self, wish: SpeechWish) -> AudioFile:
        """The file; Invalid for a voice that there is not, NotOffered where nothing here speaks."""
        if self.speaker is None:
            raise NotOffered("This installation has no text to speech; its documentation says how to get it.")
        speak = partial(self.speaker.speak, wish.text, wish.voice)
        said = hashlib.sha256(f"{wish.voice}\n{wish.text}".encode()).hexdigest()
        return self.add.once(Origin(wish.account, wish.user_id, wish.name, said), lambda: Raw([speak()], wish.name))
