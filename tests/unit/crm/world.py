"""Recordings in memory, and a CRM that accepts uploads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from switchboard.crm.file_ports import FormSender
from switchboard.crm.files import CallFiles
from switchboard.crm.ports import Links
from switchboard.dialects.kontur import client
from switchboard.recordings.model import Recording, RecordingState, StoredAudio
from switchboard.subscriptions.credentials import CredentialOpener
from tests.fakes.crm import MemoryUploads
from tests.fakes.recordings import MemoryRecordings, MemoryStore
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON, a_recording

AUDIO = StoredAudio("audio/mpeg", 5, "d1", 1)


class Files:
    """The uploads to the CRM, and their times."""

    def __init__(self, links: Links, clock: Callable[[], datetime] | None = None) -> None:
        self.recordings, self.store, self.uploads = MemoryRecordings(), MemoryStore(), MemoryUploads()
        self.vault, self.links, self.now = MemoryVault(), links, NOON
        self.clock = clock or (lambda: self.now)
        self.of_calls = self.with_uploads(self.uploads)

    def with_uploads(self, uploads: FormSender) -> CallFiles:
        """The code under test, with another sender."""
        return CallFiles(
            self.recordings,
            self.store,
            self.links,
            CredentialOpener(self.vault),
            lambda: uploads,
            client,
            self.clock,
        )

    def keep(self, call_id: str = "call-1", **fields: Any) -> Recording:
        """Store a recording."""
        made = a_recording(call_id, **{"state": RecordingState.AVAILABLE, "audio": AUDIO, **fields})
        self.recordings.rows[made.id] = made
        self.store.objects[made.key] = b"sound"
        return made
