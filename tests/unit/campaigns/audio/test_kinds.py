"""Detection of a file's media type from its bytes."""

import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.campaigns.audio.foreign import is_old_text, is_text
from switchboard.campaigns.audio.kinds import PCM, kind_of
from switchboard.campaigns.audio.waveform import is_sound
from switchboard.errors import UnsupportedMedia
from switchboard.kernel.campaign_audio import Pcm
from tests.support.audio import mp3_of
from tests.support.sounds import sweep, tone, wav

PLAIN, TOLD = Pcm(), Pcm(told=True)
NOISE = b"".join(hashlib.sha256(bytes([place])).digest() for place in range(250))


@pytest.mark.parametrize("name", ["warning", "warning.mp3", "warning.pcm", "warning.txt"])
def test_a_kind_is_told_from_the_bytes_and_not_from_the_name(name: str) -> None:
    """An mp3 named .pcm is an mp3, samples named .mp3 are samples."""
    assert kind_of(mp3_of(1, tagged=True), name, PLAIN).type == "audio/mpeg"
    assert kind_of(wav(tone(1)), name, PLAIN).type == "audio/wav"
    assert kind_of(tone(1).tobytes(), name, PLAIN).type == PCM


@pytest.mark.parametrize("data", [tone(1).tobytes(), sweep(2, 8000, 100, 1200).tobytes(), bytes(8000)])
def test_sound_is_told_by_how_its_samples_run(data: bytes) -> None:
    """Neighbouring samples correlate. Silence counts as samples, and is refused later as silence."""
    assert is_sound(data)
    assert kind_of(data, "x", PLAIN).type == PCM


def test_noise_is_sound_only_where_somebody_says_so() -> None:
    """By the name, or by how it is to be read."""
    with pytest.raises(UnsupportedMedia):
        kind_of(NOISE, "x.mp3", PLAIN)
    assert kind_of(NOISE, "x.pcm", PLAIN).type == kind_of(NOISE, "x", TOLD).type == PCM


def test_samples_that_begin_as_a_frame_would_are_samples() -> None:
    """Where somebody says so, and they run as sound does."""
    head = b"\xff\xfb\x90\x00" + tone(1).tobytes()
    assert kind_of(head, "x.pcm", PLAIN).type == PCM
    assert kind_of(mp3_of(1), "x.mp3", PLAIN).type == "audio/mpeg"


WORDS = ["Паводок! " * 40, "water\r\n\tis rising " * 30, '{"json": true}' * 30]


@pytest.mark.parametrize("text", WORDS)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "utf-8-sig"])
def test_words_are_no_audio_whatever_they_are_named(text: str, encoding: str) -> None:
    """In any encoding of theirs."""
    data = text.encode(encoding)
    assert is_text(data) or is_old_text(data)
    with pytest.raises(UnsupportedMedia, match="mp3, wav"):
        kind_of(data, "x.pcm", PLAIN)


@pytest.mark.parametrize("text", WORDS)
def test_words_are_no_samples_whoever_says_so(text: str) -> None:
    """In UTF-8; quiet samples of 8 bits look like words of older encodings."""
    with pytest.raises(UnsupportedMedia):
        kind_of(text.encode(), "x", TOLD)
    assert kind_of(b"\xd5\x55\xd4\x54" * 99, "x", Pcm(encoding="alaw", told=True)).type == PCM


@pytest.mark.parametrize(
    "sign", [b"PK\x03\x04", b"%PDF-1.7", b"\x89PNG\r\n", b"\x7fELF", b"\x1f\x8b\x08", b"RIFF0000WEBP"]
)
def test_what_is_known_to_be_something_else_is_no_audio(sign: bytes) -> None:
    """Even if the request declares samples."""
    with pytest.raises(UnsupportedMedia):
        kind_of(sign + bytes(4000), "x.pcm", TOLD)


@given(st.binary(max_size=400), st.text(max_size=10))
def test_whatever_comes_has_a_kind_or_none(data: bytes, name: str) -> None:
    """And never fails."""
    with suppress(UnsupportedMedia):
        assert kind_of(data, name, PLAIN).type.startswith("audio/")


@given(st.text(min_size=4, max_size=200))
def test_a_text_that_is_cut_in_a_letter_is_text_still(text: str) -> None:
    """A head ends anywhere."""
    assert is_text(f"{text}words".encode() + "ё".encode()[:1]) or not text.isprintable()
