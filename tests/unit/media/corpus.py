"""Files of every kind that FFmpeg writes here: the container, its codecs, and the media type that is seen."""

from __future__ import annotations

import io
from typing import Any

import av

from tests.support.sounds import tone

SECONDS = 0.6
# Codecs with a rate that is not 48000.
RATES = {
    "libopencore_amrnb": 8000, "g722": 16000, "g726": 8000, "nellymoser": 44100, "adpcm_swf": 44100,
    "adpcm_argo": 44100,  "adpcm_ima_ssi": 44100, "real_144": 8000, "g723_1": 8000,
    "pcm_alaw": 8000, "pcm_mulaw": 8000, "wmav1": 44100, "wmav2": 44100, "adpcm_yamaha": 8000,
}  # fmt: skip
STEREO = frozenset({"adpcm_argo", "vorbis"})
TABLE: tuple[tuple[str, str, str], ...] = (
    ("wav", "audio/wav", "pcm_s16le pcm_u8 pcm_s24le pcm_s32le pcm_f32le pcm_f64le pcm_alaw pcm_mulaw adpcm_ms"),
    ("wav", "audio/wav", "adpcm_ima_wav adpcm_yamaha g722 g726 libmp3lame mp2 ac3 wmav2 libopencore_amrnb"),
    ("w64", "audio/x-w64", "pcm_s16le pcm_s24le pcm_f32le pcm_alaw adpcm_ms"),
    ("aiff", "audio/aiff", "pcm_s16be pcm_s16le pcm_s24be pcm_s8 pcm_f32be pcm_alaw pcm_mulaw adpcm_ima_qt"),
    ("au", "audio/basic", "pcm_s16be pcm_s8 pcm_s24be pcm_f32be pcm_alaw pcm_mulaw"),
    ("caf", "audio/x-caf", "pcm_s16be pcm_s16le pcm_f32le pcm_alaw pcm_mulaw alac adpcm_ima_qt libmp3lame"),
    ("voc", "audio/x-voc", "pcm_s16le pcm_u8 pcm_alaw pcm_mulaw"),
    ("ircam", "audio/x-ircam", "pcm_s16le pcm_f32le pcm_alaw pcm_mulaw"),
    ("sox", "audio/x-sox", "pcm_s32le pcm_s32be"),
    ("ast", "audio/x-ast", "pcm_s16be_planar"),
    ("adx", "audio/x-adx", "adpcm_adx"),
    ("mmf", "audio/x-mmf", "adpcm_yamaha"),
    ("argo_asf", "audio/x-argo-asf", "adpcm_argo"),
    ("kvag", "audio/x-kvag", "adpcm_ima_ssi"),
    ("mp3", "audio/mpeg", "libmp3lame"),
    ("mp2", "audio/mpeg", "mp2"),
    ("adts", "audio/aac", "aac"),
    ("latm", "audio/MP4A-LATM", "aac"),
    ("ac3", "audio/ac3", "ac3"),
    ("eac3", "audio/eac3", "eac3"),
    ("flac", "audio/flac", "flac"),
    ("tta", "audio/x-tta", "tta"),
    ("wv", "audio/x-wavpack", "wavpack"),
    ("amr", "audio/amr", "libopencore_amrnb"),
    ("ogg", "audio/opus", "libopus"),
    ("opus", "audio/opus", "libopus"),
    ("oga", "audio/ogg", "vorbis"),
    ("mp4", "audio/mp4", "aac alac libmp3lame ac3 libopus"),
    ("ipod", "audio/mp4", "aac alac"),
    ("mov", "audio/mp4", "pcm_s16be pcm_s16le pcm_alaw pcm_mulaw adpcm_ima_qt alac aac"),
    ("3gp", "audio/mp4", "libopencore_amrnb aac"),
    ("3g2", "audio/mp4", "aac"),
    ("f4v", "audio/mp4", "aac"),
    ("matroska", "audio/webm", "libopus vorbis aac libmp3lame pcm_s16le wavpack tta real_144"),
    ("webm", "audio/webm", "libopus vorbis"),
    ("asf", "audio/x-ms-wma", "wmav1 wmav2 libmp3lame"),
    ("avi", "video/x-msvideo", "pcm_s16le libmp3lame adpcm_ms"),
    ("flv", "video/x-flv", "libmp3lame aac nellymoser"),
    ("mpegts", "video/MP2T", "aac mp2 libmp3lame ac3"),
    ("mpeg", "video/MP1S", "mp2 ac3"),
    ("nut", "video/x-nut", "pcm_s16le libmp3lame"),
    ("rm", "audio/x-pn-realaudio", "real_144 ac3"),
    ("wtv", "video/x-wtv", "mp2 ac3"),
    ("smjpeg", "video/x-smjpeg", "pcm_s16le"),
    ("mxf_opatom", "application/mxf", "pcm_s16le"),
)  # fmt: skip
# Samples without a header, by the ending of the name.
RAW = (
    ("g722", "g722", "x.g722"),
    ("alaw", "pcm_alaw", "x.alaw"),
    ("mulaw", "pcm_mulaw", "x.ulaw"),
    ("s16le", "pcm_s16le", "x.sln48"),
)


def made(container: str, codec: str, data: bytes = b"", rate: int = 0) -> bytes:
    """Return a second of a tone, or the samples in `data`, in a container and codec."""
    rate = rate or RATES.get(codec, 48000)
    samples = data or tone(SECONDS, rate).tobytes()
    file, layout = io.BytesIO(), "stereo" if codec in STEREO else "mono"
    with av.open(file, "w", format=container, options={"strict": "-2"}) as out:
        stream: Any = out.add_stream(codec, rate=rate, options={"strict": "-2"})
        stream.layout, stream.bit_rate = layout, 64_000
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
        frame.planes[0].update(samples.ljust(frame.planes[0].buffer_size, b"\x00"))
        frame.sample_rate = rate
        stream.codec_context.open()
        steps = av.AudioResampler(stream.format.name, layout, rate, frame_size=stream.codec_context.frame_size or 1024)
        for piece in [*steps.resample(frame), *steps.resample(None), None]:
            for packet in stream.encode(piece):
                out.mux(packet)
    return file.getvalue()
