"""Text to speech by espeak-ng, if installed: robotic, but without a network; for a hub on one machine."""

from __future__ import annotations

import re

from switchboard.errors import Invalid
from switchboard.media.bounded import ProgramLimits, run_bounded

LIMITS = ProgramLimits()
VOICE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9-]{1,16})?(\+[A-Za-z0-9_-]{1,16})?", re.ASCII)
# Polly's Russian voices, so that the same request works on AWS and on one machine.
ALIASES = {"": "ru", "tatyana": "ru+f2", "maxim": "ru+m3"}


class EspeakSpeaker:
    """Port Speaker."""

    def __init__(self, program: str) -> None:
        self._program = program

    def speak(self, text: str, voice: str) -> bytes:
        """Return a WAV file of 22050 Hz. Raises Invalid for an unknown voice."""
        named = ALIASES.get(voice.lower(), voice)
        if not VOICE.fullmatch(named):
            raise Invalid("There is no such voice.", "voice")
        command = [self._program, "-v", named, "--stdin", "--stdout"]
        done = run_bounded(command, text.encode(), LIMITS)
        if done.returncode or not done.stdout:
            raise Invalid("There is no such voice.", "voice")
        return done.stdout
