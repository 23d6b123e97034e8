"""Convert an original in the store to renditions in the store: the work of a function with no other right."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.campaigns.audio.ports import (
    AudioStore,
    ConversionAnswer,
    ConversionOrder,
    ConvertedFile,
    Converter,
    RawAudio,
)
from switchboard.errors import Refused
from switchboard.kernel.campaign_audio import CONTENT_TYPES, LARGEST_UPLOAD


@dataclass(frozen=True, slots=True)
class ConvertAudio:
    """Port Conversion."""

    store: AudioStore
    converter: Converter

    def __call__(self, order: ConversionOrder) -> ConvertedFile:
        """Convert and store the renditions. Raises Invalid and UnsupportedMedia with the file's fault."""
        pieces = self.store.read(order.original, 0, LARGEST_UPLOAD - 1)
        with self.converter.convert(RawAudio(pieces, order.name, order.pcm, order.treatment)) as made:
            for rendition, path in made.renditions.items():
                self.store.put(order.renditions[rendition.value], CONTENT_TYPES[rendition], path)
            sizes = {rendition.value: path.stat().st_size for rendition, path in made.renditions.items()}
            return ConvertedFile(made.kind, made.seconds, sizes, made.form, made.levels)

    def answer(self, order: ConversionOrder) -> ConversionAnswer:
        """Convert, and return the file or its fault, for a caller in another process."""
        try:
            return ConversionAnswer(self(order))
        except Refused as error:
            return ConversionAnswer(fault=error.code, message=error.message)
