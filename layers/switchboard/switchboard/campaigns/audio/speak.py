"""Text to speech: a spoken text becomes an audio file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

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
    """The use case behind `POST /audio-files/tts`; `speaker` is None on a hub without text to speech.

    `take` counts the characters of an account before they are spoken, and raises TooMany above the limit.
    """

    add: AddAudio
    speaker: Speaker | None
    treatment: Treatment = DEFAULT_TREATMENT
    take: Callable[[str, int], object] = lambda account, characters: None  # noqa: ARG005

    def __call__(self, wish: SpeechRequest) -> AudioFile:
        """Return the file. Raises Invalid for an unknown voice, NotOffered without a speaker, and TooMany."""
        if self.speaker is None:
            raise NotOffered("This installation has no text to speech; its documentation says how to get it.")
        speaker = self.speaker
        said = hashlib.sha256(f"{wish.voice}\n{wish.text}".encode()).hexdigest()
        return self.add.add_once(
            AudioIdentity(wish.account, wish.user_id, wish.name, said),
            lambda: RawAudio([self._spoken(speaker, wish)], wish.name, TELEPHONE, self.treatment),
        )

    def _spoken(self, speaker: Speaker, wish: SpeechRequest) -> bytes:
        self.take(wish.account, len(wish.text))
        return speaker.speak(wish.text, wish.voice)
