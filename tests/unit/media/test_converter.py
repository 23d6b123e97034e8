"""Any sound to what a telephone plays, by PyAV in a process of its own."""

import io
import struct
import wave
from array import array
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.campaigns.audio.ports import RawAudio
from switchboard.errors import Invalid, Refused, TooLarge, UnsupportedMedia
from switchboard.kernel.campaign_audio import TELEPHONE, Pcm, Rendition, Treatment
from switchboard.media import converter as module
from switchboard.media.converter import ChildConverter, ChildFailed, ConversionLimits
from tests.support.sounds import decibels, encoded, from_alaw, samples_of, sweep, tone, video, wav

ALL = {
    "mp3": ("mp3", "libmp3lame"), "flac": ("flac", "flac"), "ogg": ("ogg", "libopus"), "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"), "webm": ("webm", "libopus"), "aiff": ("aiff", "pcm_s16be"), "au": ("au", "pcm_mulaw"),
    "wma": ("asf", "wmav2"), "wav of mulaw": ("wav", "pcm_mulaw"), "wav of adpcm": ("wav", "adpcm_ms"),
    "wav of floats": ("wav", "pcm_f32le"),
}  # fmt: skip

AS_IT_IS = Treatment(loudness=None, trim=False)


def converted(
    data: bytes, name: str = "x", pcm: Pcm = TELEPHONE, limits: ConversionLimits | None = None
) -> tuple[str, float, bytes, bytes]:
    """Kind, seconds, WAV and A-law, at the level and of the length of the file."""
    with ChildConverter(limits).convert(RawAudio([data], name, pcm, AS_IT_IS)) as made:
        wav_file, alaw = (made.renditions[one].read_bytes() for one in (Rendition.WAV, Rendition.ALAW))
        return made.kind, made.seconds, wav_file, alaw


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_becomes_the_same(kind: str) -> None:
    """Three seconds of a tone, as loud as it was, of 8000 samples a second."""
    rate = 48000 if "opus" in ALL[kind][1] else 44100
    _, seconds, wav_file, alaw = converted(encoded(*ALL[kind], rate=rate))
    with wave.open(io.BytesIO(wav_file)) as reader:
        assert (reader.getnchannels(), reader.getsampwidth(), reader.getframerate()) == (1, 2, 8000)
    samples = samples_of(wav_file)
    assert (len(samples), len(alaw)) == (round(seconds * 8000), round(seconds * 8000))
    assert seconds == pytest.approx(3, abs=0.15)
    assert decibels(samples[4000:20000]) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000, 96000])
def test_what_a_telephone_cannot_carry_does_not_come_back_as_noise(rate: int) -> None:
    """A sweep to half the rate leaves nothing above 4 kHz louder than -60 dB, and loses nothing below 3.4 kHz."""
    top = rate / 2
    data = wav(sweep(4, rate, 300, top), rate)
    samples = samples_of(converted(data)[2])
    at = [round(4 * (hertz - 300) / (top - 300) * 8000) for hertz in (3400, 4000)]
    assert decibels(samples[at[1] + 80 :]) < -60
    assert decibels(samples[: at[0]]) == pytest.approx(0, abs=0.3)


def test_alaw_is_that_of_g711() -> None:
    """Read back by its definition it is the tone, but for its coarse steps."""
    _, _, wav_file, alaw = converted(wav(tone(1)))
    differences = array("h", (one - other for one, other in zip(samples_of(wav_file), from_alaw(alaw), strict=True)))
    assert decibels(differences) < -35


def test_channels_are_mixed() -> None:
    """What all say is as loud as each says it."""
    for channels in (2, 3, 6):
        samples = samples_of(converted(wav(tone(1), channels=channels))[2])
        assert decibels(samples) == pytest.approx(0, abs=3.1)


@pytest.mark.parametrize(
    ("pcm", "data"),
    [
        (Pcm(), tone(1).tobytes()),
        (Pcm(rate=16000, told=True), tone(1, 16000).tobytes()),
        (Pcm(channels=2, told=True), array("h", (one for one in tone(1) for _ in range(2))).tobytes()),
        (Pcm(encoding="s16be", told=True), b"".join(one.to_bytes(2, "big", signed=True) for one in tone(1))),
        (Pcm(encoding="u8", told=True), bytes((one >> 8) + 128 for one in tone(1))),
    ],
)
def test_samples_without_a_header_are_read_as_told(pcm: Pcm, data: bytes) -> None:
    """Rate, channels and encoding (ruling cato 7)."""
    kind, seconds, wav_file, _ = converted(data, "x.pcm", pcm)
    assert (kind, seconds) == ("audio/L16", pytest.approx(1, abs=0.01))
    assert decibels(samples_of(wav_file)) == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("kind", ["mp3", "flac", "m4a", "webm", "aiff", "au", "ogg", "wav of mulaw", "aac", "wma"])
def test_what_is_cut_off_is_refused(kind: str) -> None:
    """Half a warning is none: the message says so."""
    data = encoded(*ALL[kind], seconds=6, rate=48000)
    with pytest.raises(Refused, match="cut off"):
        converted(data[: len(data) // 2 + 3])


def test_damage_is_told() -> None:
    """Where much of a file cannot be read; a little is heard through."""
    data = bytearray(encoded("adts", "aac", seconds=6))
    for place in range(2000, len(data) - 200, 400):
        data[place : place + 40] = b"\xff" * 40
    with pytest.raises(Invalid, match=r"damaged|cut off"):
        converted(bytes(data))


def test_video_is_refused() -> None:
    """Its sound is not taken out of it."""
    with pytest.raises(UnsupportedMedia, match="video"):
        converted(video())


def test_what_is_longer_than_it_may_be_is_refused_early() -> None:
    """No more of it is decoded than that."""
    with pytest.raises(Invalid, match="longer"):
        converted(wav(tone(3)), limits=ConversionLimits(longest=2))


def test_a_file_that_grows_without_end_is_refused_at_its_end() -> None:
    """A day of silence in a few thousand bytes: no more is made of it than an hour."""
    with pytest.raises(Invalid, match="longer"):
        converted(bomb())


def bomb() -> bytes:
    """Two hours of a rising buzz at 1 kHz: FLAC says each block in a few bytes."""
    return encoded("flac", "flac", seconds=7200, rate=1000)


def test_what_takes_too_much_of_the_processor_is_ended() -> None:
    """By the kernel."""
    with pytest.raises(Invalid, match="time or memory"):
        converted(encoded("mp3", "libmp3lame", seconds=30) * 60, limits=ConversionLimits(cpu=1))


def test_a_machine_that_is_too_slow_is_a_failure_of_ours() -> None:
    """The file may be good: whoever sent it is to try again."""
    with pytest.raises(ChildFailed, match="too long"):
        converted(wav(tone(1)), limits=ConversionLimits(wall=0.001))


def test_what_takes_too_much_memory_is_ended() -> None:
    """Nothing is left of it, and the next file is converted."""
    with pytest.raises((Invalid, ChildFailed)):
        converted(wav(tone(1)), limits=ConversionLimits(memory=40 * 1024 * 1024))
    assert converted(wav(tone(1)))[1] == 1.0


def test_an_endless_body_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """After as many bytes as a file may have."""

    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(1000)

    monkeypatch.setattr(module, "LARGEST_UPLOAD", 10_000)
    with pytest.raises(TooLarge), ChildConverter().convert(RawAudio(endless(), "x")):
        raise AssertionError


# A WAV's header says all of these in fields of their own.
ODD: dict[str, dict[str, int]] = {
    "no rate": {"rate": 0},
    "a slow rate": {"rate": 1},
    "a rate beyond all": {"rate": 2**31 - 1},
    "no channels": {"channels": 0},
    "many channels": {"channels": 255},
    "no bits": {"bits": 0},
    "odd bits": {"bits": 255},
    "an unknown codec": {"codec": 0x4242},
    "a codec that it is not": {"codec": 0x55},
    "floats of two bytes": {"codec": 3},
}


@pytest.mark.parametrize("odd", ODD)
def test_a_header_that_says_nonsense_is_refused(odd: str) -> None:
    """Whatever the numbers in it, it is the file that is told to be wrong."""
    with pytest.raises((Invalid, UnsupportedMedia)):
        converted(header(**ODD[odd]) + tone(2).tobytes())


def header(rate: int = 8000, channels: int = 1, bits: int = 16, codec: int = 1) -> bytes:
    """The header of a WAV with 32000 bytes of samples."""
    form = struct.pack("<HHIIHH", codec, channels, rate, rate * 2 % 2**32, 2, bits)
    return (
        b"RIFF"
        + struct.pack("<I", 32036)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", 32000)
    )


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of what was converted nor of what was refused."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    converted(wav(tone(1)))
    with pytest.raises(UnsupportedMedia):
        converted(b"words " * 99)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_names_others_reads_none(tmp_path: Path) -> None:
    """Lists of other files are no audio, under whatever sign."""
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(tone(1)))
    for head in (b"", b"ID3\x04\x00\x00\x00\x00\x00\x00", b"RIFF\x00\x00\x00\x00WAVE", b"OggS", b"fLaC"):
        with pytest.raises(Refused):
            converted(head + f"#EXTM3U\n#EXTINF:1,\n{secret}\nffconcat version 1.0\nfile {secret}\n".encode())


HEADS = [encoded(*ALL[kind], rate=48000)[:6000] for kind in ("mp3", "m4a", "ogg", "flac", "webm", "wma")]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(HEADS),
    st.lists(st.tuples(st.integers(0, 5999), st.binary(max_size=8)), max_size=12),
    st.binary(max_size=300),
)
def test_whatever_comes_is_converted_or_refused(head: bytes, changes: list[tuple[int, bytes]], tail: bytes) -> None:
    """Never a failure of ours, however a file is bent."""
    data = bytearray(head)
    for place, piece in changes:
        data[place : place + len(piece)] = piece
    with suppress(Refused):
        assert converted(bytes(data) + tail)[1] > 0


@settings(max_examples=15, deadline=None)
@given(st.integers(1500, 9000), st.sampled_from([8000, 11025, 16000, 44100]), st.integers(1, 8))
def test_no_sample_is_lost(samples: int, rate: int, channels: int) -> None:
    """The length is that of what came, to a sample of each rate."""
    data = array("h", (12000 if place % 20 < 10 else -12000 for place in range(samples * channels)))
    _, seconds, wav_file, alaw = converted(data.tobytes(), "x", Pcm(rate, channels, told=True))
    assert seconds == pytest.approx(samples / rate, abs=1.01 / 8000 + 1 / rate)
    assert len(samples_of(wav_file)) == len(alaw) == round(seconds * 8000)
