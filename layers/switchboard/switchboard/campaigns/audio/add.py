"""Add and replace audio files: convert, store, then answer. A repeated request changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from switchboard.campaigns.audio.manage import check_name, check_unused, find_audio
from switchboard.campaigns.audio.ports import (
    AudioFiles,
    AudioInUse,
    AudioStore,
    Conversion,
    ConversionOrder,
    RawAudio,
)
from switchboard.campaigns.ports import CampaignStorage
from switchboard.errors import Conflict, Invalid
from switchboard.kernel.campaign_audio import (
    DEFAULT_TREATMENT,
    TELEPHONE,
    AudioFile,
    Pcm,
    Rendition,
    Treatment,
    audio_id,
    original_key,
    source_of,
)

EMPTY = "There is nothing in the file."


@dataclass(frozen=True, slots=True)
class AudioRequest:
    """A request with audio in its body."""

    account: str
    user_id: str
    name: str
    data: bytes
    pcm: Pcm = TELEPHONE
    treatment: Treatment = DEFAULT_TREATMENT

    @property
    def source(self) -> str:
        """The digest of the bytes and of all that changes what becomes of them."""
        return source_of(self.data, self.pcm, self.treatment)

    def raw(self, name: str) -> RawAudio:
        """Return the audio to convert."""
        return RawAudio([self.data], name, self.pcm, self.treatment)


@dataclass(frozen=True, slots=True)
class AudioIdentity:
    """The account, user and name of a new file, and the digest of its content."""

    account: str
    user_id: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class KeepAudio:
    """Has audio converted, and the renditions stored. `new_id` names an original for the time of its conversion."""

    files: AudioFiles
    store: AudioStore
    conversion: Conversion
    storage: CampaignStorage
    new_id: Callable[[], str]

    def make(self, file: AudioFile, raw: RawAudio) -> AudioFile:
        """Store `raw` for its conversion, and return the file as `make_of` does. Raises TooMany without room."""
        data = b"".join(raw.pieces)
        self.storage.check_room(file.account, len(data))
        original = original_key(file.account, self.new_id())
        self.store.put_original(original, data)
        try:
            return self.make_of(file, original, raw.pcm, raw.treatment, name=raw.name)
        finally:
            self.store.keep_only(original, ())

    def make_of(self, file: AudioFile, original: str, pcm: Pcm, treatment: Treatment, name: str) -> AudioFile:
        """Have the original converted, and return the file with kind, length and sizes. Writes no row."""
        renditions = {rendition.value: file.key(rendition) for rendition in Rendition}
        made = self.conversion(ConversionOrder(original, name, pcm, treatment, renditions))
        return replace(file, kind=made.kind, seconds=made.seconds, sizes=made.sizes, form=made.form, levels=made.levels)

    def add(self, made: AudioFile) -> AudioFile:
        """Write the row of a new file and count its bytes, or return the file that another request added."""
        kept = made if self.files.add(made) else find_audio(made.account, made.id, self.files)
        self.count(kept)
        return kept

    def count(self, file: AudioFile) -> None:
        """Count the bytes of a file. A repeat changes nothing."""
        self.storage.hold(file.account, file.id, sum(file.sizes.values()))


@dataclass(frozen=True, slots=True)
class AddAudio:
    """The use case behind `PUT /audio-files/add/{filename}`."""

    keep: KeepAudio
    clock: Callable[[], datetime]

    def __call__(self, wish: AudioRequest) -> AudioFile:
        """Return the new file, or the existing file of this name and these bytes.

        Raises Invalid and UnsupportedMedia.
        """
        if not wish.data:
            raise Invalid(EMPTY)
        origin = AudioIdentity(wish.account, wish.user_id, wish.name, wish.source)
        return self.add_once(origin, lambda: wish.raw(wish.name))

    def add_once(self, origin: AudioIdentity, raw: Callable[[], RawAudio]) -> AudioFile:
        """Return the file of this name and source. `raw` is called only if there is no such file."""
        check_name(origin.name)
        account, source = origin.account, origin.source
        id_, found = self._place(origin)
        if found is not None:
            return found
        self.keep.storage.check_room(account, 1)  # before anything is spoken
        new = AudioFile(account, id_, origin.name, origin.user_id, self.clock(), source, "", 0, {})
        return self.keep.add(self.keep.make(new, raw()))

    def _place(self, origin: AudioIdentity) -> tuple[str, AudioFile | None]:
        """Return the id for a name and source, and the existing file; skip ids whose file has other content now."""
        for turn in count():
            id_ = audio_id(origin.account, origin.name, origin.source, turn)
            found = self.keep.files.get(origin.account, id_)
            if found is None or (found.source, found.name) == (origin.source, origin.name):
                return id_, found
        raise AssertionError  # unreachable: `count` never ends


@dataclass(frozen=True, slots=True)
class ReplaceAudio:
    """The use case behind `PUT /audio-files/{id}` with audio."""

    keep: KeepAudio
    in_use: AudioInUse

    def __call__(self, id_: str, wish: AudioRequest) -> AudioFile:
        """Return the file with new bytes. Raises Conflict if a campaign plays it, or another request changes it."""
        if not wish.data:
            raise Invalid(EMPTY)
        old, source = find_audio(wish.account, id_, self.keep.files), wish.source
        new = old
        if source != old.source:
            check_unused(old, self.in_use)
            new = self.keep.make(replace(old, source=source, revision=old.revision + 1), wish.raw(old.name))
            if not self.keep.files.save(old, new):
                raise Conflict("Somebody else is changing the file.")
            self.keep.count(new)
        # A start may have read the old row during the conversion: its campaign plays the old bytes.
        if not self.in_use(new.account, new.id):
            self.keep.store.keep_only(new.folder, [new.key(rendition) for rendition in Rendition])
        return new
