"""Recordings that their telephony uploads: kept for a day, until a message names the call of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from switchboard.errors import Invalid, NotFound, UnsupportedMedia
from switchboard.kernel.uploads import SCHEME, file_id, file_key
from switchboard.recordings.formats import ENOUGH, content_type_of
from switchboard.recordings.model import LARGEST, Recording
from switchboard.recordings.ports import NeverAvailable, RecordingStore, SourceFile

DAYS = 1  # for a message to name the file; the call's recording then has the account's retention


@dataclass(frozen=True, slots=True)
class UploadedRecording:
    """A stored file. `size` is in bytes; the media type is told from the bytes."""

    id: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class KeepUpload:
    """Stores uploaded files. A repeat writes the same object."""

    store: RecordingStore

    def __call__(self, account: str, data: bytes) -> UploadedRecording:
        """Return the file once it is stored. Raises Invalid for an empty file, UnsupportedMedia if it is no audio."""
        if not data:
            raise Invalid("The file is empty.", "file")
        content_type = content_type_of(data[:ENOUGH])
        if content_type is None:
            raise UnsupportedMedia("The file is no audio that the hub knows.")
        id_ = file_id(account, hashlib.sha256(data).hexdigest())
        upload = self.store.begin(file_key(account, id_), content_type, DAYS)
        upload.part(data)
        upload.complete()
        return UploadedRecording(id_, content_type, len(data))


@dataclass(frozen=True, slots=True)
class UploadedRecordings:
    """Port RecordingOpener for uploaded files, each in the account of the recording."""

    store: RecordingStore

    @contextmanager
    def open(self, recording: Recording) -> Iterator[SourceFile]:
        """Open the file. Raises NeverAvailable for a file that the account did not upload, or that has expired."""
        key = file_key(recording.account, recording.reference.removeprefix(f"{SCHEME}:"))
        try:
            chunks = self.store.read(key, 0, LARGEST)
        except NotFound:
            raise NeverAvailable("file_gone") from None
        yield SourceFile(chunks)
