"""A call's recording is given to a CRM before the CRM is told what call it is of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.crm.file_ports import Recordings, Store, Upload, UploadAnswer, Uploads
from switchboard.crm.model import Connector, UploadedFile
from switchboard.crm.ports import Keys, Links
from switchboard.deliveries.retry import FINAL, GONE, Unsent, Verdict
from switchboard.errors import NotFound, Sealed
from switchboard.recordings.formats import extension_of
from switchboard.recordings.model import Media, Recording, RecordingState, StoredAudio, recording_id

# The CRM keeps a file that belongs to nothing for a day (its API of files); what is older is uploaded again.
KEPT_FOR = timedelta(hours=20)
SAFE_NAME = re.compile(r"[^A-Za-z0-9._-]")
SUCCESS = range(200, 300)


class Wire(Protocol):
    """The CRM's dialect, as far as its files go."""

    def file_in(self, answer: str, name: str) -> str: ...
    def is_too_large(self, status: int | None, answer: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class CallFiles:
    """Recordings of calls, as CRMs have them. `header` carries a CRM's key.

    What a CRM was given is kept at once, so that what follows can be repeated without giving it again.
    """

    recordings: Recordings
    store: Store
    links: Links
    keys: Keys
    uploads: Callable[[], Uploads]
    wire: Wire
    clock: Callable[[], datetime]
    header: str

    def given(self, connector: Connector, call_id: str, leg: str) -> UploadedFile:
        """The recording of a call with the CRM: as it was given before, else given now. Unsent where it cannot be."""
        recording, audio = self._recorded(connector, call_id)
        kept = self.links.file_of(connector.account, connector.id, call_id)
        if kept and kept.sha256 == audio.sha256 and holds(kept, self.clock()):
            return kept
        name = f"{SAFE_NAME.sub('_', call_id)}.{extension_of(audio.content_type)}"
        id_ = self._uploaded(connector, recording, audio, name)
        file = UploadedFile(id_, name, audio.content_type, audio.size, audio.sha256, leg, self.clock())
        self.links.keep_file(connector.account, connector.id, call_id, file)
        return file

    def untold(self, connector: Connector, call_id: str) -> UploadedFile | None:
        """What the CRM was given and does not know the call of."""
        kept = self.links.file_of(connector.account, connector.id, call_id)
        return kept if kept and kept.told is None and holds(kept, self.clock()) else None

    def told(self, connector: Connector, call_id: str) -> None:
        """Keep that the CRM knows the call of what it was given."""
        kept = self.untold(connector, call_id)
        if kept:
            self.links.keep_file(connector.account, connector.id, call_id, replace(kept, told=self.clock()))

    def _recorded(self, connector: Connector, call_id: str) -> tuple[Recording, StoredAudio]:
        found = self.recordings.get(recording_id(connector.account, call_id, Media.RECORDING))
        if found is None or found.audio is None or found.state is not RecordingState.AVAILABLE:
            raise Unsent("recording_gone", Verdict.REFUSED)
        if not connector.files.path:
            raise Unsent("no_files_path", Verdict.REFUSED)
        if found.audio.size > connector.files.largest:
            raise Unsent("recording_too_large", Verdict.REFUSED)
        return found, found.audio

    def _uploaded(self, connector: Connector, recording: Recording, audio: StoredAudio, name: str) -> str:
        files = connector.files
        url = connector.base_url + files.path.replace("{workspace}", connector.workspace)
        try:
            headers = {self.header: self.keys.opened(connector.account, connector.access_key)}
            chunks = self.store.read(recording.key, 0, audio.size - 1)
        except NotFound:  # its time was over, and the row's is not yet
            raise Unsent("recording_gone", Verdict.REFUSED) from None
        except Sealed:
            raise Unsent("key_sealed", Verdict.FAILED) from None
        answer = self.uploads().send(Upload(url, headers, files.field, name, audio.content_type, audio.size, chunks))
        if answer.status not in SUCCESS:
            raise self._failure(answer)
        id_ = self.wire.file_in(answer.text, files.id)
        if not id_:
            raise Unsent("upload_without_id", Verdict.REFUSED)
        return id_

    def _failure(self, answer: UploadAnswer) -> Unsent:
        """What would be refused again is not repeated."""
        if answer.status is None:
            return Unsent(f"upload_{answer.error}", Verdict.FAILED)
        final = answer.status in (*FINAL, GONE) or self.wire.is_too_large(answer.status, answer.text)
        verdict = Verdict.REFUSED if final else Verdict.FAILED
        return Unsent(f"upload_status_{answer.status}", verdict, answer.retry_after)


def holds(given: UploadedFile, now: datetime) -> bool:
    """Whether a CRM still has a file that it was given and not told of."""
    return now - given.at < KEPT_FOR
