"""Files above the gateway's limit: the client uploads by a presigned URL, then completes the upload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.campaigns.audio.add import EMPTY, KeepAudio
from switchboard.campaigns.audio.manage import check_name
from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.kernel.campaign_audio import (
    DEFAULT_TREATMENT,
    LARGEST_UPLOAD,
    TELEPHONE,
    AudioFile,
    AudioUpload,
    Pcm,
    Treatment,
)


@dataclass(frozen=True, slots=True)
class AudioUploadRequest:
    """A request to upload `size` bytes."""

    account: str
    user_id: str
    name: str
    size: int
    pcm: Pcm = TELEPHONE
    treatment: Treatment = DEFAULT_TREATMENT


@dataclass(frozen=True, slots=True)
class BeginUpload:
    """The use case behind `POST /audio-files/uploads`."""

    keep: KeepAudio
    new_id: Callable[[], str]
    clock: Callable[[], datetime]

    def __call__(self, wish: AudioUploadRequest) -> tuple[AudioUpload, str]:
        """Return the upload and its presigned URL. Raises Invalid for a wrong name, and TooMany without room."""
        check_name(wish.name)
        self.keep.storage.check_room(wish.account, wish.size)
        made = (wish.account, self.new_id(), wish.name, wish.user_id, wish.size, self.clock())
        upload = AudioUpload(*made, wish.pcm, wish.treatment)
        self.keep.files.expect(upload)
        return upload, self.keep.store.upload_link(upload.key, upload.size)


@dataclass(frozen=True, slots=True)
class CompleteUpload:
    """The use case behind `POST /audio-files/uploads/{id}`. A repeat returns the same file."""

    keep: KeepAudio
    clock: Callable[[], datetime]

    def __call__(self, account: str, id_: str) -> AudioFile:
        """Return the file made of the upload. Raises NotFound, Conflict before the bytes came, Invalid, TooMany."""
        found = self.keep.files.get(account, id_)
        if found is not None:
            return found
        upload = self.keep.files.expected(account, id_)
        if upload is None:
            raise NotFound("There is no such upload.")
        size = self._checked(self.keep.store.size(upload.key))
        self.keep.storage.check_room(account, size)
        kept = self.keep.add(self._made(upload))
        self.keep.store.keep_only(upload.key, ())
        return kept

    def _made(self, upload: AudioUpload) -> AudioFile:
        # An upload becomes a file once, so the upload's id can stand for the digest of its bytes.
        source = upload.id.replace("-", "")
        file = AudioFile(upload.account, upload.id, upload.name, upload.user_id, self.clock(), source, "", 0, {})
        return self.keep.make_of(file, upload.key, upload.pcm, upload.treatment, name=upload.name)

    @staticmethod
    def _checked(size: int | None) -> int:
        if size is None:
            raise Conflict("Nothing has been uploaded yet: put the file at the upload's address first.")
        if size == 0:
            raise Invalid(EMPTY)
        if size > LARGEST_UPLOAD:
            raise Invalid(f"A file may have {LARGEST_UPLOAD} bytes.")
        return size
