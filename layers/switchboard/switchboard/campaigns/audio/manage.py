"""Find, rename and delete stored audio files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.campaigns.audio.ports import AudioFiles, AudioInUse, AudioStore
from switchboard.campaigns.ports import CampaignStorage
from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.kernel.campaign_audio import AudioFile, folder_of, is_id

LONGEST_NAME = 255
NOT_FOUND = "There is no such audio file."


def find_audio(account: str, id_: str, files: AudioFiles) -> AudioFile:
    """Return the account's file. Raises NotFound."""
    found = files.get(account, id_)
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def rename_audio(file: AudioFile, name: str | None, user_id: str | None, files: AudioFiles) -> AudioFile:
    """Change name or user id; None keeps the value. Raises Conflict if another request changes the file."""
    changed = replace(
        file,
        name=file.name if name is None else check_name(name),
        user_id=file.user_id if user_id is None else user_id,
    )
    if changed == file:
        return file
    changed = replace(changed, revision=file.revision + 1)
    if not files.save(file, changed):
        raise Conflict("Somebody else is changing the file.")
    return changed


@dataclass(frozen=True, slots=True)
class RemoveAudio:
    """The use case behind `DELETE /audio-files/{id}`."""

    files: AudioFiles
    store: AudioStore
    in_use: AudioInUse
    storage: CampaignStorage
    clock: Callable[[], datetime]

    def __call__(self, account: str, id_: str) -> None:
        """Delete the row, then the bytes, also if the row is gone. Raises Conflict if a campaign plays the file."""
        found = self.files.get(account, id_)
        if found is not None:
            check_unused(found, self.in_use)
            self.files.remove(account, id_, self.clock())
        if is_id(id_):
            self.store.keep_only(folder_of(account, id_), ())
            self.storage.free(account, id_)
        if found is None:
            raise NotFound(NOT_FOUND)


def check_name(name: str) -> str:
    """Return the name. Raises Invalid if the text cannot be a name."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"It must be 1 to {LONGEST_NAME} characters that can be printed.", "name")
    return name


def check_unused(file: AudioFile, in_use: AudioInUse) -> None:
    """Raise Conflict if an active campaign plays the file."""
    if in_use(file.account, file.id):
        raise Conflict("A task that is running plays this file.")
