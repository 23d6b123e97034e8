"""A call's recording for a CRM with a REST API: the facts, the bytes, and the mark that the CRM has the recording."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.crm.file_ports import FormSender, FormUpload, KeptRecordings, RecordingBytes
from switchboard.crm.ports import Links
from switchboard.deliveries.retry import Unsent, Verdict
from switchboard.dialects.rest_crm import TellableRecording
from switchboard.dialects.vendor_requests import VendorAnswer
from switchboard.errors import NotFound, ProviderSilent
from switchboard.kernel.communication import Connector, UploadedFile
from switchboard.recordings.formats import extension_of
from switchboard.recordings.links import link_to
from switchboard.recordings.model import Media, Recording, RecordingState, StoredAudio, recording_id


@dataclass(frozen=True, slots=True)
class CallRecordings:
    """Reads recordings and sends their bytes."""

    recordings: KeptRecordings
    store: RecordingBytes
    links: Links
    uploads: Callable[[], FormSender]
    clock: Callable[[], datetime]

    def of(self, connector: Connector, call_id: str) -> TellableRecording:
        """Return the facts of a call's recording. Raises Unsent if the recording is gone or over the limit."""
        _, audio = self._available(connector, call_id)
        return TellableRecording(audio.content_type, extension_of(audio.content_type), audio.size)

    def bytes_of(self, connector: Connector, call_id: str) -> tuple[StoredAudio, Iterator[bytes]]:
        """Return the audio and its bytes in small pieces. Raises Unsent if the bytes are gone."""
        recording, audio = self._available(connector, call_id)
        try:
            return audio, self.store.read(recording.key, 0, audio.size - 1)
        except NotFound:  # the bytes expire earlier than the row
            raise Unsent("recording_gone", Verdict.REFUSED) from None

    def send(self, upload: FormUpload) -> VendorAnswer:
        """Post the form. Raises ProviderSilent without an answer."""
        answer = self.uploads().send(upload)
        if answer.status is None:
            raise ProviderSilent("The other system did not take the file in time.")
        return VendorAnswer(answer.status, _json_in(answer.text), answer.text)

    def note_told(self, connector: Connector, call_id: str) -> None:
        """Mark the recording as told to the CRM."""
        _, audio = self._available(connector, call_id)
        now = self.clock()
        file = UploadedFile("", "", audio.content_type, audio.size, audio.sha256, "", now, told=now)
        self.links.keep_file(connector.account, connector.id, call_id, file)

    def _available(self, connector: Connector, call_id: str) -> tuple[Recording, StoredAudio]:
        found = self.recordings.get(recording_id(connector.account, call_id, Media.RECORDING))
        if found is None or found.audio is None or found.state is not RecordingState.AVAILABLE:
            raise Unsent("recording_gone", Verdict.REFUSED)
        if found.audio.size > connector.files.largest:
            raise Unsent("recording_too_large", Verdict.REFUSED)
        return found, found.audio


def no_link(account: str, call_id: str) -> str | None:  # noqa: ARG001 - a kind that gets no links
    """Return None."""
    return None


@dataclass(frozen=True, slots=True)
class RecordingLinks:
    """Gives links that open a recording without a token. `key` signs the links."""

    recordings: KeptRecordings
    base_url: str
    key: Callable[[], str]

    def __call__(self, account: str, call_id: str) -> str | None:
        """Return the link; empty while no recording is stored, and None on a hub without a public address."""
        if not self.base_url:
            return None
        found = self.recordings.get(recording_id(account, call_id, Media.RECORDING))
        stored = found is not None and found.state is RecordingState.AVAILABLE
        return link_to(self.base_url, account, call_id, self.key()) if stored else ""


def _json_in(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
