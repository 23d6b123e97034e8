"""What people have is read, and what is no audio is named."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import tarfile
import zipfile
from array import array
from dataclasses import asdict
from pathlib import Path

import pytest

from switchboard.campaigns.audio.decoded import DecodedAudio, check_playable
from switchboard.campaigns.audio.kinds import PCM, kind_of
from switchboard.errors import Refused, UnsupportedMedia
from switchboard.kernel.campaign_audio import Pcm, Treatment
from switchboard.media.decode import decode
from tests.support.sounds import samples_of, sweep, tone, wav
from tests.unit.media.corpus import RAW, SECONDS, TABLE, made

PLAIN = Pcm()


def heard(place: Path, data: bytes, name: str = "x", treatment: Treatment | None = None) -> tuple[str, DecodedAudio]:
    """Decode in this process: a corpus of processes would be slow."""
    kind = kind_of(data, name, PLAIN)
    (place / "source").write_bytes(data[kind.skip :])
    order = {
        "source": str(place / "source"),
        "work": str(place / "work"),
        "kind": kind.type,
        "pcm": asdict(kind.pcm or PLAIN),
        "treatment": asdict(treatment or Treatment()),
        "limits": {"longest": 60},
        "renditions": {"wav": str(place / "wav"), "alaw": str(place / "alaw")},
    }
    found = decode(order)
    check_playable(found)
    return kind.type, found


def test_every_kind_that_ffmpeg_writes_is_read(tmp_path: Path) -> None:
    """By its bytes alone: a second of a tone, which leaves as loud as all others."""
    files = [(container, codec, kind) for container, kind, codecs in TABLE for codec in codecs.split()]
    assert len(files) >= 80
    faults = []
    for container, codec, kind in files:
        data = made(container, codec)
        try:
            seen, found = heard(tmp_path, data)
        except Refused as error:
            faults.append((container, codec, error.message))
            continue
        assert found.levels
        if seen != kind or abs(found.seconds - SECONDS) > 0.2 or abs(found.levels.loudness + 23) > 1:
            faults.append((container, codec, f"{seen} {found.seconds} {found.levels}"))
    assert faults == []


def test_samples_are_what_the_ending_of_their_name_says(tmp_path: Path) -> None:
    """Where their bytes tell nothing."""
    for container, codec, name in RAW:
        seen, found = heard(tmp_path, made(container, codec), name)
        assert (seen, found.seconds) == (PCM, pytest.approx(SECONDS, abs=0.05)), name


def sphere(samples: array[int]) -> bytes:
    """A file of NIST, as speech laboratories have it."""
    head = f"NIST_1A\n   1024\nsample_count -i {len(samples)}\nsample_n_bytes -i 2\nchannel_count -i 1\n"
    head += "sample_byte_format -s2 01\nsample_rate -i 16000\nsample_coding -s3 pcm\nend_head\n"
    return head.encode().ljust(1024, b"\x00") + samples.tobytes()


def rifx(samples: array[int], rate: int) -> bytes:
    """A WAV with the other order of bytes."""
    data = array("h", samples)
    data.byteswap()
    form = struct.pack(">HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    size = len(data) * 2
    return (
        b"RIFX"
        + struct.pack(">I", 36 + size)
        + b"WAVEfmt "
        + struct.pack(">I", 16)
        + form
        + b"data"
        + struct.pack(">I", size)
        + data.tobytes()
    )


def bw64(samples: array[int], rate: int) -> bytes:
    """A WAV whose sizes stand in a chunk of their own."""
    data = wav(samples, rate)
    size = len(samples) * 2
    chunk = b"ds64" + struct.pack("<IQQQI", 28, len(data) + 28, size, len(samples), 0)
    return b"BW64\xff\xff\xff\xffWAVE" + chunk + data[12:40] + b"\xff\xff\xff\xff" + data[44:]


def id3(size: int) -> bytes:
    """A tag with a cover picture."""
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + length + bytes(size)


def ape(size: int) -> bytes:
    """A tag of the other kind, at the beginning."""
    return b"APETAGEX" + struct.pack("<IIII", 2000, size, 1, 0xA0000000) + bytes(8) + bytes(size)


def test_what_players_play_is_played(tmp_path: Path) -> None:
    """Headers of the other order, tags before any kind, zeros and the rest of a frame before mp3."""
    mp3, aac, flac = made("mp3", "libmp3lame"), made("adts", "aac"), made("flac", "flac")
    files = {
        "sphere": (sphere(tone(SECONDS, 16000)), "audio/x-nist"),
        "rifx": (rifx(tone(SECONDS, 44100), 44100), "audio/wav"),
        "bw64": (bw64(tone(SECONDS, 44100), 44100), "audio/wav"),
        "id3 before aac": (id3(500) + aac, "audio/aac"),
        "id3 before flac": (id3(200_000) + flac, "audio/flac"),
        "two tags before mp3": (id3(300_000) + ape(90_000) + mp3, "audio/mpeg"),
        "ape before mp3": (ape(70_000) + mp3, "audio/mpeg"),
        "zeros before mp3": (bytes(100_000) + mp3, "audio/mpeg"),
        "zeros before aac": (bytes(777) + aac, "audio/aac"),
        "half a frame before mp3": (made("mp3", "libmp3lame", tone(3, 48000).tobytes())[1000:], "audio/mpeg"),
    }
    for name, (data, kind) in files.items():
        seen, found = heard(tmp_path, data)
        assert (seen, round(found.seconds)) == (kind, 3 if "half" in name else 1), name


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    """Where the header says how much there is."""
    samples = tone(4, 16000)
    whole = samples.tobytes()
    files = [rifx(samples, 16000), bw64(samples, 16000), sphere(samples)]
    files += [made("w64", "pcm_s16le", whole, 16000), made("caf", "pcm_s16le", whole, 16000)]
    for data in files:
        with pytest.raises(Refused, match="cut off"):
            raise AssertionError(heard(tmp_path, data[: len(data) // 2 + 1]))


def old_word() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + tone(1).tobytes()


def database(place: Path) -> bytes:
    with sqlite3.connect(place / "x.db") as base:
        base.execute("create table sounds (data blob)")
        base.execute("insert into sounds values (?)", (tone(2).tobytes(),))
    base.close()
    return (place / "x.db").read_bytes()


def archive(data: bytes, kind: str) -> bytes:
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w") as made_:
            made_.writestr("warning.wav", data)
    else:
        with tarfile.open(fileobj=file, mode="w") as made_:
            made_.addfile(tarfile.TarInfo("warning.wav"), io.BytesIO(b""))
            file.write(data)
    return file.getvalue()


def test_what_is_no_audio_is_refused_by_its_name(tmp_path: Path) -> None:
    """Whatever sound there may be within, nobody hears it."""
    sound = wav(tone(2))
    files = {
        "an SQLite database": database(tmp_path),
        "a document of old Word": old_word(),
        "a ZIP archive": archive(sound, "zip"),
        "a tar archive": archive(sound, "tar"),
        "a gzip archive": gzip.compress(sound),
        "a PDF document": b"%PDF-1.7\n" + sound,
        "a picture": b"\x00\x00\x00\x18ftypheic" + bytes(3000),
        "a program": b"\x7fELF\x02\x01\x01" + bytes(3000),
        "an Access database": b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes(3000),
        "a MIDI file": b"MThd\x00\x00\x00\x06" + bytes(3000),
        "text": ("Внимание! Паводок.\n" * 200).encode("utf-16"),
        "a document in RTF": b"{\\rtf1\\ansi " + sound,
        "an xz archive": b"\xfd7zXZ\x00" + sound,
    }
    for name, data in files.items():
        for called in ("x", "warning.mp3", "warning.pcm"):
            with pytest.raises(UnsupportedMedia, match=name):
                kind_of(data, called, PLAIN)


def test_samples_that_leave_a_doubt_are_refused() -> None:
    """Another rate, two channels, no sign, 8 bits, the other order, a header, a table, a picture."""
    plain = sweep(2, 8000, 300, 1000)
    other = array("h", plain)
    other.byteswap()
    doubtful = {
        "another rate": tone(2, 44100, 300).tobytes(),
        "two channels": array("h", (one for one in plain for _ in range(2))).tobytes(),
        "no sign": array("H", (one + 32768 for one in tone(2, 8000, 300))).tobytes(),
        "8 bits": bytes((one >> 8) + 128 for one in tone(2, 16000, 300)),
        "the other order": other.tobytes(),
        "a header of letters": b"MYFORMAT v.01 rate=8000" + plain.tobytes() + b"\x00",
        "a table": b"".join(struct.pack("<IHH", row, 7, row % 50) for row in range(4000)),
        "floats": b"".join(struct.pack("<f", one / 32768) for one in plain),
        "an odd byte": plain.tobytes() + b"\x00",
    }
    for name, data in doubtful.items():
        with pytest.raises(UnsupportedMedia, match="not known"):
            raise AssertionError((name, kind_of(data, "warning", PLAIN)))
    assert kind_of(plain.tobytes(), "warning", PLAIN).type == PCM


def stereo(left: array[int], right: array[int]) -> bytes:
    """A WAV whose channels differ."""
    data = wav(array("h", (one for pair in zip(left, right, strict=True) for one in pair)), 8000)
    return data[:22] + b"\x02\x00" + data[24:28] + struct.pack("<I", 32000) + b"\x04\x00" + data[34:]


def test_near_silence_is_refused_unless_it_is_asked_for(tmp_path: Path) -> None:
    """Channels that cancel each other, a constant offset, a sound that no telephone carries, a breath."""
    loud = tone(2, loud=20000)
    files = {
        "cancel": stereo(loud, array("h", (round(-0.9 * one) for one in loud))),
        "silent": wav(array("h", [9000] * 16000)),
        "below 4 kHz": wav(tone(2, 44100, 9000), 44100),
        "fainter than -60": wav(tone(2, loud=20)),
        "silence": wav(array("h", bytes(32000))),
    }
    for name, data in files.items():
        with pytest.raises(Refused, match="silent") as told:
            raise AssertionError((name, heard(tmp_path, data)))
        assert "quiet=true" in told.value.message, name


def test_speech_leaves_at_one_loudness_and_without_silence_at_its_ends(tmp_path: Path) -> None:
    """Faint or loud, the levels before and after are told; 300 ms of silence stay."""
    quiet = array("h", bytes(2 * 16000))
    for loud, warnings in ((300, ("quiet", "silence_start")), (32000, ("silence_start",))):
        data = wav(array("h", [*quiet, *quiet, *tone(3, loud=loud), *quiet]))
        _, found = heard(tmp_path, data)
        levels = found.levels
        assert levels
        assert (levels.silence_start, levels.silence_end) == (pytest.approx(4, abs=0.02), pytest.approx(2, abs=0.02))
        assert levels.loudness == pytest.approx(-23, abs=0.5)
        assert levels.warnings == warnings
        assert len(samples_of((tmp_path / "wav").read_bytes())) == pytest.approx(3.6 * 8000, abs=200)
        assert found.written == len((tmp_path / "alaw").read_bytes())


def test_a_level_can_be_kept(tmp_path: Path) -> None:
    """With its silence, to the sample."""
    samples = array("h", [*bytes(9000), *tone(1, loud=1000), *bytes(9001)])
    heard(tmp_path, wav(samples), treatment=Treatment(loudness=None, trim=False))
    made_ = samples_of((tmp_path / "wav").read_bytes())
    assert len(made_) == len(samples)
    assert max(made_) == pytest.approx(1000, abs=8)


def test_clipping_is_told(tmp_path: Path) -> None:
    """A sine that was driven into the end of the range; a loud one was not."""
    hard = array("h", (max(-32768, min(32767, one * 2)) for one in tone(2, loud=32000)))
    found = heard(tmp_path, wav(hard))[1].levels
    clean = heard(tmp_path, wav(tone(2, loud=32767)))[1].levels
    assert found
    assert clean
    assert (found.clipped > 1000, "clipped" in found.warnings) == (True, True)
    assert (clean.clipped, clean.warnings) == (0, ())
