"""FFmpeg's demuxer for each media type, and the codecs that may be decoded.

FFmpeg must not choose the demuxer: among its formats are lists that name other files.
"""

from __future__ import annotations

import av
from av.codec import Codec

DEMUXERS = {
    "audio/mpeg": "mp3", "audio/wav": "wav", "audio/ogg": "ogg", "audio/opus": "ogg", "audio/flac": "flac",
    "audio/mp4": "mov", "audio/aac": "aac", "audio/amr": "amr", "audio/amr-wb": "amr", "audio/aiff": "aiff",
    "audio/webm": "matroska", "audio/basic": "au", "audio/x-ms-wma": "asf", "audio/x-caf": "caf", "audio/x-w64": "w64",
    "audio/x-voc": "voc", "audio/x-nist": "nistsphere", "audio/x-wavpack": "wv", "audio/x-tta": "tta",
    "audio/x-ape": "ape", "audio/ac3": "ac3", "audio/eac3": "eac3", "audio/MP4A-LATM": "loas",
    "audio/x-tak": "tak", "audio/x-shorten": "shn", "audio/x-dsf": "dsf", "audio/x-iff": "iff",
    "audio/x-ircam": "ircam", "audio/x-sox": "sox", "audio/x-pvf": "pvf", "audio/x-mmf": "mmf", "audio/x-oma": "oma",
    "audio/iLBC": "ilbc", "audio/vnd.dts": "dts", "audio/x-qoa": "qoa", "audio/x-dss": "dss", "audio/x-ast": "ast",
    "audio/x-kvag": "kvag", "audio/x-alp": "alp", "audio/x-argo-asf": "argo_asf", "audio/x-pn-realaudio": "rm",
    "audio/qcelp": "qcp", "audio/x-xwma": "xwma", "audio/x-adx": "adx", "audio/x-musepack": "mpc",
    "audio/x-musepack8": "mpc8", "video/x-msvideo": "avi", "video/x-flv": "flv", "video/x-nut": "nut",
    "video/MP1S": "mpeg", "video/MP2T": "mpegts", "application/mxf": "mxf", "video/x-wtv": "wtv",
    "video/x-smjpeg": "smjpeg",
}  # fmt: skip
CODECS = frozenset(
    {"mp3", "mp2", "mp1", "aac", "aac_latm", "alac", "flac", "vorbis", "opus", "speex", "amr_nb", "amr_wb", "gsm",
     "gsm_ms", "ilbc", "wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice", "ac3", "eac3", "dts", "s302m", "tta",
     "wavpack", "ape", "tak", "shorten", "musepack7", "musepack8", "qoa", "qcelp", "dss_sp", "g723_1", "g729",
     "truespeech", "nellymoser", "ra_144", "ra_288", "cook", "sipr", "atrac3", "atrac3p", "mace3", "mace6", "8svx_exp",
     "8svx_fib", "qdm2", "qdmc", "dsd_lsbf", "dsd_msbf", "dsd_lsbf_planar", "dsd_msbf_planar", "roq_dpcm"}
)  # fmt: skip
FAMILIES = ("pcm_", "adpcm_")


def is_taken(codec: str) -> bool:
    """Whether a codec is accepted, by FFmpeg's name of the codec."""
    return codec in CODECS or codec.startswith(FAMILIES)


def decoders() -> str:
    """Return the names of the accepted decoders, separated by commas, as FFmpeg's option `codec_whitelist` has them."""
    return ",".join(sorted(name for name in av.codecs_available if _decodes(name)))


def _decodes(name: str) -> bool:
    try:
        codec = Codec(name, "r")
    except ValueError:  # an encoder
        return False
    return codec.type == "audio" and is_taken(codec.canonical_name)
