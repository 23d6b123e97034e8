"""Text to speech: a spoken text becomes an audio file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial

from switchboard.campaigns.audio.add import AddAudio, AudioIdentity
from switchboard.campaigns.audio.ports import RawAudio, Speaker
from switchboard.errors import NotOffered
from switchboard.kernel.campaign_audio import DEFAULT_TREATMENT, TELEPHONE, AudioFile, Treatment


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """A request to speak a text in a voice, with the name of the resulting file."""

    account: str
    user_id: str
    name: str
    text: str
    voice: str = ""


@dataclass(frozen=True, slots=True)
class SpeakText:
    """The use case behind `POST /audio-files/tts`; `speaker` is None on a hub without text to speech."""

    add: AddAudio
    speaker: Speaker | None
    treatment: Treatment = DEFAULT_TREATMENT

    def __call__(self, wish: SpeechRequest) -> AudioFile:
        """Return the file. Raises Invalid for an unknown voice, NotOffered without a speaker."""
        if self.speaker is None:
            raise NotOffered("This installation has no text to speech; its documentation says how to get it.")
        speak = partial(self.speaker.speak, wish.text, wish.voice)
        said = hashlib.sha256(f"{wish.voice}\n{wish.text}".encode()).hexdigest()
        return self.add.add_once(
            AudioIdentity(wish.account, wish.user_id, wish.name, said),
            lambda: RawAudio([speak()], wish.name, TELEPHONE, self.treatment),
        )
