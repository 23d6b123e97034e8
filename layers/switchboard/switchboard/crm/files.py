"""Upload the recording of a call to a CRM. The upload comes before the message about the recording."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.crm.file_ports import FormSender, FormUpload, KeptRecordings, RecordingBytes, UploadAnswer
from switchboard.crm.ports import Links, SealedKeys
from switchboard.deliveries.retry import DENIALS, FINAL, GONE, STATUS, Unsent, Verdict
from switchboard.dialects.crm_roles import CrmClientModule
from switchboard.errors import NotFound, Sealed
from switchboard.kernel.communication import Connector, UploadedFile
from switchboard.recordings.formats import extension_of
from switchboard.recordings.model import Media, Recording, RecordingState, StoredAudio, recording_id
from switchboard.vault import receiver_auth

# The CRM keeps a file without a call for a day (the CRM's API of files). An older file is uploaded again.
KEPT_FOR = timedelta(hours=20)
SAFE_NAME = re.compile(r"[^A-Za-z0-9._-]")
SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class CallFiles:
    """Uploads recordings. Each upload is stored at once, so that a repeated delivery does not upload again."""

    recordings: KeptRecordings
    store: RecordingBytes
    links: Links
    keys: SealedKeys
    uploads: Callable[[], FormSender]
    dialect: CrmClientModule
    clock: Callable[[], datetime]

    def upload_once(self, connector: Connector, call_id: str, leg: str) -> UploadedFile:
        """Return the uploaded recording of a call, uploading it if necessary. Raises Unsent if that fails."""
        recording, audio = self._available_recording(connector, call_id)
        kept = self.links.file_of(connector.account, connector.id, call_id)
        if kept and kept.sha256 == audio.sha256 and holds(kept, self.clock()):
            return kept
        name = f"{SAFE_NAME.sub('_', call_id)}.{extension_of(audio.content_type)}"
        id_ = self._upload(connector, recording, audio, name)
        file = UploadedFile(id_, name, audio.content_type, audio.size, audio.sha256, leg, self.clock())
        self.links.keep_file(connector.account, connector.id, call_id, file)
        return file

    def unreported_file(self, connector: Connector, call_id: str) -> UploadedFile | None:
        """Return the uploaded recording whose call the CRM was not told yet; None if there is none."""
        kept = self.links.file_of(connector.account, connector.id, call_id)
        return kept if kept and kept.told is None and holds(kept, self.clock()) else None

    def mark_reported(self, connector: Connector, call_id: str) -> None:
        """Mark the uploaded recording as told to the CRM."""
        kept = self.unreported_file(connector, call_id)
        if kept:
            self.links.keep_file(connector.account, connector.id, call_id, replace(kept, told=self.clock()))

    def _available_recording(self, connector: Connector, call_id: str) -> tuple[Recording, StoredAudio]:
        found = self.recordings.get(recording_id(connector.account, call_id, Media.RECORDING))
        if found is None or found.audio is None or found.state is not RecordingState.AVAILABLE:
            raise Unsent("recording_gone", Verdict.REFUSED)
        if not connector.files.path:
            raise Unsent("no_files_path", Verdict.REFUSED)
        if found.audio.size > connector.files.largest:
            raise Unsent("recording_too_large", Verdict.REFUSED)
        return found, found.audio

    def _upload(self, connector: Connector, recording: Recording, audio: StoredAudio, name: str) -> str:
        files = connector.files
        url = connector.base_url + files.path.replace("{workspace}", connector.workspace)
        try:
            key = self.keys.opened(connector.account, connector.access_key, receiver_auth(connector.id))
            headers = {self.dialect.ACCESS_KEY: key}
            chunks = self.store.read(recording.key, 0, audio.size - 1)
        except NotFound:  # the bytes expire earlier than the row
            raise Unsent("recording_gone", Verdict.REFUSED) from None
        except Sealed:
            raise Unsent("key_sealed", Verdict.FAILED) from None
        answer = self.uploads().send(
            FormUpload(url, headers, files.field, name, audio.content_type, audio.size, chunks)
        )
        if answer.status not in SUCCESS:
            raise self._failure(answer)
        id_ = self.dialect.file_in(answer.text, files.id)
        if not id_:
            raise Unsent("upload_without_id", Verdict.REFUSED)
        return id_

    def _failure(self, answer: UploadAnswer) -> Unsent:
        """Return the failure. An answer that would be the same again is final; a denial is judged as a delivery's."""
        if answer.status is None:
            return Unsent(f"upload_{answer.error}", Verdict.FAILED)
        return Unsent(f"upload{STATUS}{answer.status}", self._verdict(answer.status, answer.text), answer.retry_after)

    def _verdict(self, status: int, text: str) -> Verdict:
        if status in DENIALS:
            return Verdict.DENIED
        final = status in (*FINAL, GONE) or self.dialect.is_too_large(status, text)
        return Verdict.REFUSED if final else Verdict.FAILED


def holds(file: UploadedFile, now: datetime) -> bool:
    """Whether the CRM still keeps an uploaded file without a call."""
    return now - file.at < KEPT_FOR
