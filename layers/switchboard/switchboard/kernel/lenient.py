"""Read bodies of requests that the strict JSON reader refuses.

A PBX does not repeat an event, so a refused event is lost. This reader works only after the strict reader has failed.
`READINGS` in the tests lists the readable forms.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from switchboard.kernel.json_objects import whole

MOST_FIELDS = 500
# Limits for the repairer: its time grows with the square of both, to about one second at the limits.
LONGEST_REPAIRED, MOST_OPENINGS = 8 * 1024, 64
WHOLE_BODY_FIELDS = frozenset({"json", "data", "payload", "body", "event", "request", "params", "message"})
_GZIP, _ZLIB = b"\x1f\x8b", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_CYRILLIC = ("cp1251", "koi8_r", "cp866", "mac_cyrillic")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:\-]+)", re.IGNORECASE)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+")|,(\s*+[}\]])', re.DOTALL)
_OPENING = re.compile(r"[{\[]")
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
_COMMA = re.compile(r"\s*+,")
_CLOSING = {"{": "}", "[": "]"}
_NOT_JSON_SPACE = "\x00\ufeff \t\r\n\x1a"
_FORM = re.compile(r"[^=&{}\[\]\"'<>\s]{1,200}(?:\[[^\]]*\])*=[^&]*(?:&[^=&]+=[^&]*)*&?")
_KEY_PART = re.compile(r"\[([^\]]*)\]")

Json = Any


class UnreadableBodyError(ValueError):
    """No reader found an object in the body."""


@dataclass(frozen=True, slots=True)
class BodyHeaders:
    """The headers Content-Type and Content-Encoding, empty if absent."""

    content_type: str = ""
    content_encoding: str = ""


def read_leniently(raw: bytes, headers: BodyHeaders, limit: int, *, guesses: bool = True) -> dict[str, Any]:
    """Return the object in a body of any usual encoding and form.

    `limit` bounds the decompressed size in bytes. Without `guesses` no bracket or quote that a cut-off body may have
    lost is added. Raises UnreadableBodyError.
    """
    plain = _decompressed(raw, headers.content_encoding, limit)
    if "multipart/form-data" in headers.content_type.lower():
        return _of_fields(_multipart_fields(plain, headers.content_type))
    for text in _texts(plain, headers.content_type):
        found = _read(text, headers.content_type, guesses=guesses)
        if found:
            return found
    raise UnreadableBodyError("No JSON object and no form was found in the body.")


def readable_text(raw: bytes, headers: BodyHeaders, limit: int) -> str:
    """Return the text of any body, in the most likely encoding. `limit` bounds the decompressed size in bytes."""
    try:
        plain = _decompressed(raw, headers.content_encoding, limit)
    except UnreadableBodyError:
        return ""
    return next(_texts(plain, headers.content_type), "")


def _decompressed(raw: bytes, told: str, limit: int) -> bytes:
    """Return the decompressed bytes of gzip or deflate, recognised by the header or the first bytes."""
    if raw.startswith(_GZIP):
        return _inflated(raw, zlib.MAX_WBITS | 16, limit)
    if raw.startswith(_ZLIB):
        return _inflated(raw, zlib.MAX_WBITS, limit)
    if "deflate" in told.lower():
        return _inflated(raw, -zlib.MAX_WBITS, limit)
    return raw


def _inflated(raw: bytes, window: int, limit: int) -> bytes:
    reader = zlib.decompressobj(window)
    try:
        plain = reader.decompress(raw, limit + 1)
    except zlib.error:
        return raw
    if len(plain) > limit:
        raise UnreadableBodyError(f"The decompressed body is longer than {limit} bytes.")
    return plain


def _texts(raw: bytes, content_type: str) -> Iterator[str]:
    """Yield the body as text in each possible encoding, the most likely first."""
    tried: set[str] = set()
    for encoding in _encodings(raw, content_type):
        if encoding in tried:
            continue
        tried.add(encoding)
        try:
            yield raw.decode(encoding).lstrip("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    yield raw.decode("utf-8", "replace")


def _encodings(raw: bytes, content_type: str) -> Iterator[str]:
    yield from (encoding for mark, encoding in _MARKS if raw.startswith(mark))
    yield from _wide(raw)
    yield "utf-8"
    told = _CHARSET.search(content_type)
    if told:
        yield told[1].lower()
    yield _likeliest_cyrillic(raw)


def _wide(raw: bytes) -> Iterator[str]:
    """Yield UTF-16 without a byte order mark: JSON begins with two ASCII characters, so every other byte is zero."""
    zeros = [byte == 0 for byte in raw[:4]]
    if zeros == [False, True, False, True]:
        yield "utf-16-le"
    if zeros == [True, False, True, False]:
        yield "utf-16-be"


def _likeliest_cyrillic(raw: bytes) -> str:
    """Return the most likely Cyrillic encoding, Windows-1251 in doubt."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - a strict body never needs it

    best = from_bytes(raw, cp_isolation=list(_CYRILLIC)).best()
    return best.encoding if best and best.encoding in _CYRILLIC else _CYRILLIC[0]


def _read(text: str, content_type: str, *, guesses: bool) -> dict[str, Any] | None:
    bare = text.strip(_NOT_JSON_SPACE)
    beginning = lambda text: _decoded(text)[0]  # noqa: E731 - whatever follows
    readers: Sequence[Callable[[str], Json]] = (_json, _form, _balanced, _repaired, beginning)
    if not guesses:
        readers = (_json, _form, _without_trailing_commas)
    elif "x-www-form-urlencoded" in content_type.lower() and not bare.startswith(("{", "[")):
        readers = (_form, _json, _balanced, _repaired)
    for read in readers:
        found = _object(read(bare))
        if found:
            return found
    return None


def _json(text: str) -> Json:
    """Return the JSON value at the start of a text. Strings may hold control characters; rubbish may follow.

    After a comma more fields follow: a brace closes the value too early, and the result is None.
    """
    value, end = _decoded(text)
    return None if _COMMA.match(text, end) else value


def _decoded(text: str) -> tuple[Json, int]:
    decoder = json.JSONDecoder(strict=False, parse_int=whole, parse_constant=lambda _: None)
    try:
        value, end = decoder.raw_decode(text)
    except (ValueError, RecursionError):
        return None, 0
    return (value, end) if isinstance(value, dict | list) or end == len(text) else (None, 0)


def _without_trailing_commas(text: str) -> Json:
    return _json(_TRAILING_COMMA.sub(lambda found: found[1] or found[2], text))


def _balanced(text: str) -> Json:
    """Return the value in JSON with trailing commas, or with too few or too many brackets."""
    return _without_trailing_commas(text) or _without_trailing_commas("".join(_paired(text)))


def _paired(text: str) -> Iterator[str]:
    """Yield the text with every bracket closed once. A bracket that would end the value before a comma is left out."""
    waiting: list[str] = []
    done = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        yield text[done : found.start()]
        done = found.end()
        if found[0] in _CLOSING:
            waiting.append(_CLOSING[found[0]])
        elif found[0] in {"}", "]"}:
            too_early = len(waiting) == 1 and _COMMA.match(text, done)
            yield "" if too_early else _closed(waiting, found[0])
            continue
        yield found[0]
    yield text[done:]
    yield "".join(reversed(waiting))


def _closed(waiting: list[str], bracket: str) -> str:
    """Return the brackets that close what `bracket` closes, and take them off `waiting`; empty if nothing waits."""
    if bracket not in waiting:
        return ""
    place = len(waiting) - 1 - waiting[::-1].index(bracket)
    closing = "".join(reversed(waiting[place:]))
    del waiting[place:]
    return closing


def _repaired(text: str) -> Json:
    """Return the value in JSON with missing braces, doubled commas, bare keys, or surrounding words."""
    opening = _OPENING.search(text)
    if not opening or len(text) > LONGEST_REPAIRED or len(_OPENING.findall(text)) > MOST_OPENINGS:
        return None
    from json_repair import loads  # noqa: PLC0415 - a strict body never needs it

    try:
        return _storable(loads(text[opening.start() :], skip_json_loads=True))
    except (ValueError, RecursionError, IndexError, TypeError):
        return None


def _object(value: Json) -> dict[str, Any] | None:
    """Return an object: the value, the only item of an array, or the JSON in a string; else None."""
    if isinstance(value, str):
        value = _json(value.strip(_NOT_JSON_SPACE))
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) and value else None


def _form(text: str) -> Json:
    """Return the fields of a form, or the JSON in one field."""
    joined = text.replace("\r\n", "").replace("\n", "")
    if not _FORM.fullmatch(joined):
        return None
    try:
        return _of_fields(parse_qsl(joined, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None


def _of_fields(fields: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the object of a form. If one field holds a whole JSON body, the other fields are dropped."""
    carriers = {name for name, _ in fields if name.lower() in WHOLE_BODY_FIELDS or len(fields) == 1}
    for name, value in fields:
        whole = _object(_json(value)) if name in carriers else None
        if whole:
            return {**{other: text for other, text in fields if other not in carriers}, **whole}
    made: dict[str, Any] = {}
    for name, value in fields:
        _put(made, name, value)
    return made


def _put(made: dict[str, Any], name: str, value: str) -> None:
    """Put a field: `call[from][number]=1` is `{"call": {"from": {"number": "1"}}}`. JSON in a value is parsed."""
    path = [name.partition("[")[0], *(part for part in _KEY_PART.findall(name) if part)]
    place = made
    for part in path[:-1]:
        inner = place.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        place = inner
    nested = _json(value) if value[:1] in {"{", "["} else None
    place.setdefault(path[-1], value if nested is None else nested)


def _multipart_fields(raw: bytes, content_type: str) -> list[tuple[str, str]]:
    from email import message_from_bytes  # noqa: PLC0415 - a strict body never needs it

    message = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + raw)
    fields: list[tuple[str, str]] = []
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str) and not part.is_multipart() and len(fields) < MOST_FIELDS:
            content = part.get_payload(decode=True)
            fields.append((name, next(_texts(content if isinstance(content, bytes) else b"", ""), "")))
    if not fields:
        raise UnreadableBodyError("The body has no field of a form.")
    return fields


def _storable(value: Json) -> Json:
    """Replace numbers that a database cannot store by text or null."""
    if isinstance(value, Mapping):
        return {str(name): _storable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return whole(str(value)) if isinstance(value, int) and not isinstance(value, bool) else value
