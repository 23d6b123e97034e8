"""Bodies that a strict JSON reader refuses."""

import gzip
import json
import zlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.kernel.lenient import BodyHeaders, UnreadableBodyError, read_leniently

LIMIT = 64 * 1024
EVENT = {"event": "start.call", "caller": "+79035550128", "name": "Пётр Ёлкин"}
TEXT = json.dumps(EVENT, ensure_ascii=False)
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x1"


def parts(**fields: str) -> bytes:
    one = '--x1\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(one.format(*field) for field in fields.items()) + "--x1--\r\n").encode()


READINGS: list[tuple[str, bytes, BodyHeaders]] = [
    ("a byte-order mark", b"\xef\xbb\xbf" + TEXT.encode(), BodyHeaders()),
    ("windows-1251, told", TEXT.encode("cp1251"), BodyHeaders("application/json; charset=windows-1251")),
    ("windows-1251, not told", TEXT.encode("cp1251"), BodyHeaders("application/json")),
    ("windows-1251, told as UTF-8", TEXT.encode("cp1251"), BodyHeaders("application/json; charset=utf-8")),
    ("koi8-r, told", TEXT.encode("koi8_r"), BodyHeaders('application/json; charset="koi8-r"')),
    ("cp866, told", TEXT.encode("cp866"), BodyHeaders("text/plain;charset=cp866")),
    ("UTF-8, told as windows-1251", TEXT.encode(), BodyHeaders("application/json; charset=windows-1251")),
    ("an unknown encoding, told", TEXT.encode(), BodyHeaders("application/json; charset=klingon")),
    ("UTF-16 with a mark", TEXT.encode("utf-16"), BodyHeaders()),
    ("UTF-16, big end first, with a mark", b"\xfe\xff" + TEXT.encode("utf-16-be"), BodyHeaders()),
    ("UTF-16 without a mark", TEXT.encode("utf-16-le"), BodyHeaders()),
    ("UTF-16, big end first, without a mark", TEXT.encode("utf-16-be"), BodyHeaders()),
    ("UTF-32 with a mark", TEXT.encode("utf-32"), BodyHeaders()),
    ("gzip, told", gzip.compress(TEXT.encode()), BodyHeaders("application/json", "gzip")),
    ("gzip, not told", gzip.compress(TEXT.encode()), BodyHeaders()),
    ("gzip, told, but plain", TEXT.encode(), BodyHeaders("application/json", "gzip")),
    ("gzip of windows-1251", gzip.compress(TEXT.encode("cp1251")), BodyHeaders("application/json", "gzip")),
    ("deflate with zlib's header", zlib.compress(TEXT.encode()), BodyHeaders("application/json", "deflate")),
    ("deflate without a header", zlib.compress(TEXT.encode())[2:-4], BodyHeaders("application/json", "deflate")),
    ("a form's fields", urlencode(EVENT).encode(), BodyHeaders(FORM)),
    ("a form's fields, not told", urlencode(EVENT).encode(), BodyHeaders("application/json")),
    ("a form's fields, as text", urlencode(EVENT).encode(), BodyHeaders("text/plain")),
    ("json= of a form", urlencode({"json": TEXT}).encode(), BodyHeaders(FORM)),
    ("data= of a form", urlencode({"data": TEXT}).encode(), BodyHeaders(FORM)),
    ("any one field of a form", urlencode({"whatever": TEXT}).encode(), BodyHeaders(FORM)),
    ("raw JSON told as a form", TEXT.encode(), BodyHeaders(FORM)),
    ("fields of a multipart form", parts(**EVENT), BodyHeaders(MULTIPART)),
    ("json= of a multipart form", parts(json=TEXT), BodyHeaders(MULTIPART)),
    ("a NUL at the end", TEXT.encode() + b"\0", BodyHeaders()),
    ("many NULs at the end", TEXT.encode() + b"\0" * 50, BodyHeaders()),
    ("rubbish at the end", TEXT.encode() + b"\r\n--\r\nok", BodyHeaders()),
    ("a second object at the end", TEXT.encode() + b'{"other":1}', BodyHeaders()),
    ("words before", b"payload: " + TEXT.encode(), BodyHeaders()),
    ("blanks and line breaks around", b"\r\n\t " + TEXT.encode() + b" \r\n", BodyHeaders()),
    ("a trailing comma", TEXT[:-1].encode() + b",}", BodyHeaders()),
    ("a trailing comma and line breaks", TEXT[:-1].encode() + b",\n\n}", BodyHeaders()),
    ("a brace too many", TEXT.encode() + b"}", BodyHeaders()),
    ("a brace too few", TEXT[:-1].encode(), BodyHeaders()),
    ("a brace too many within", TEXT.replace(', "', '}, "', 1).encode(), BodyHeaders()),
    ("a bracket that is not closed", f"[{TEXT}".encode(), BodyHeaders()),
    ("two commas", TEXT.replace(", ", ",, ").encode(), BodyHeaders()),
    ("an array of one", f"[{TEXT}]".encode(), BodyHeaders()),
    ("JSON as a string", json.dumps(TEXT).encode(), BodyHeaders()),
    ("single quotes", TEXT.replace('"', "'").encode(), BodyHeaders()),
    ("bare keys", TEXT.replace('"event":', "event:").encode(), BodyHeaders()),
]


@pytest.mark.parametrize(("what", "raw", "headers"), READINGS, ids=[what for what, *_ in READINGS])
def test_a_body_is_read(what: str, raw: bytes, headers: BodyHeaders) -> None:
    """The object that the sender meant comes out."""
    assert read_leniently(raw, headers, LIMIT) == EVENT


def test_brackets_are_paired_in_a_body_of_any_length() -> None:
    """Within, at the end, crossed, and where a string looks like brackets."""
    text = "x{[" * 10_000
    for raw in (f'{{"a": {{"t": "{text}"', f'{{"a": {{"t": "{text}"}}}}}}', f'{{"a": {{"t": "{text}"]}}'):
        assert read_leniently(raw.encode(), BodyHeaders(), LIMIT) == {"a": {"t": text}}
    raw = f'{{"a": {{"t": "{text}"}}}}, "b": [1, 2}}'
    assert read_leniently(raw.encode(), BodyHeaders(), LIMIT) == {"a": {"t": text}, "b": [1, 2]}


def test_control_characters_in_strings_are_kept() -> None:
    """Line breaks and tabs that the sender did not escape."""
    assert read_leniently(b'{"text": "one\ntwo\tthree\r\n"}', BodyHeaders(), LIMIT) == {"text": "one\ntwo\tthree\r\n"}


def test_fields_in_brackets_are_nested() -> None:
    """As PHP writes objects into forms."""
    raw = urlencode({"call[from][number]": "101", "call[id]": "7", "token": "t"}).encode()
    assert read_leniently(raw, BodyHeaders(FORM), LIMIT) == {
        "call": {"from": {"number": "101"}, "id": "7"},
        "token": "t",
    }


def test_fields_beside_a_whole_body_stay() -> None:
    """A source may send its token beside the JSON."""
    raw = urlencode({"json": TEXT, "token": "t"}).encode()
    assert read_leniently(raw, BodyHeaders(FORM), LIMIT) == {**EVENT, "token": "t"}


def test_a_plus_of_a_form_is_a_blank_and_an_escaped_plus_a_plus() -> None:
    """As forms are written."""
    assert read_leniently(b"caller=%2B7903&name=A+B", BodyHeaders(FORM), LIMIT) == {"caller": "+7903", "name": "A B"}


def test_numbers_that_no_database_holds_become_text() -> None:
    """Digits are never lost."""
    raw = b'{"id": 12345678901234567890123, "rate": NaN, "ok": true,}'
    assert read_leniently(raw, BodyHeaders(), LIMIT) == {"id": "12345678901234567890123", "rate": None, "ok": True}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"\0",
        b"hello",
        b"[]",
        b"{}",
        b"null",
        b"42",
        b'"text"',
        b"[1,2]",
        b"<xml/>",
        b"\xff\xff\xff",
        b"{",
        b"[",
    ],
)
def test_a_body_without_an_object_is_unreadable(raw: bytes) -> None:
    """Nothing is invented."""
    with pytest.raises(UnreadableBodyError):
        read_leniently(raw, BodyHeaders(), LIMIT)


def test_a_bomb_is_not_blown_up() -> None:
    """What a small gzip grows to is bounded."""
    with pytest.raises(UnreadableBodyError, match="longer than"):
        read_leniently(gzip.compress(b"0" * 10_000_000), BodyHeaders(), LIMIT)


@pytest.mark.parametrize("piece", ["[", '{"a":', '"', '{"a":"b",', "a[", "&a=", "{'", "\\", "--x1\r\n", "=", "/*"])
def test_a_hostile_body_ends(piece: str) -> None:
    """Nesting and quotes without an end are read or refused, and never a failure of another kind."""
    raw = (piece * LIMIT)[:LIMIT].encode()
    for headers in (BodyHeaders(), BodyHeaders(FORM), BodyHeaders(MULTIPART)):
        try:
            assert read_leniently(raw, headers, LIMIT)
        except UnreadableBodyError:
            continue


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_body_is_read_or_unreadable(raw: bytes) -> None:
    """And what is read can be written as JSON."""
    for headers in (BodyHeaders(), BodyHeaders(FORM, "deflate"), BodyHeaders(MULTIPART)):
        try:
            assert json.dumps(read_leniently(raw, headers, LIMIT))
        except UnreadableBodyError:
            continue


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.text(max_size=20), min_size=1
    )
)
def test_what_is_sent_in_any_encoding_comes_back(fields: dict[str, str]) -> None:
    """An object with a trailing comma, in UTF-8 and UTF-16."""
    raw = json.dumps(fields, ensure_ascii=False)[:-1] + ",}"
    for encoding in ("utf-8", "utf-16"):
        if "\ud800" <= max(raw) <= "\udfff":
            continue
        assert read_leniently(raw.encode(encoding, "surrogatepass"), BodyHeaders(), LIMIT).keys() == fields.keys()
