import base64
import json
from typing import Any

import pytest

from switchboard.errors import Invalid, TooLarge, UnsupportedMedia
from switchboard.kernel.json_objects import DEEPEST
from switchboard.lambdas.bodies import bytes_of, json_object

LIMIT = 1000


def read(body: Any, *, encoded: bool = False, limit: int = LIMIT) -> dict[str, Any]:
    return json_object({"body": body, "isBase64Encoded": encoded}, limit)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("{}", {}),
        (' \r\n{"a": [null, true, 1.5, "x"]}\n', {"a": [None, True, 1.5, "x"]}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ('{"имя": "Анна"}', {"имя": "Анна"}),
        (r'{"a": "\u0410\u043d\u043d\u0430 \ud83d\ude00"}', {"a": "Анна 😀"}),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_a_json_object_is_read(body: str, value: dict[str, Any]) -> None:
    """With a byte order mark or without, in any spelling."""
    assert read(body) == value


def test_a_body_may_be_encoded() -> None:
    """API Gateway hands over in base64 what it does not take for text."""
    assert read(base64.b64encode('{"имя": 1}'.encode()).decode(), encoded=True) == {"имя": 1}


@pytest.mark.parametrize("body", [None, "", " ", "[]", "[{}]", "1", '"{}"', "null", "true", "{", "{'a': 1}", "a=1&b=2"])
def test_what_is_no_json_object_is_refused(body: str | None) -> None:
    """Lists, scalars, forms and what is no JSON at all."""
    with pytest.raises(Invalid) as caught:
        read(body)
    assert caught.value.message == "The body must be a JSON object."


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b'{"a": "\xd0"}', '{"a": "я"}'.encode("cp1251"), b""])
def test_what_is_no_utf_8_is_refused(raw: bytes) -> None:
    """JSON is UTF-8."""
    with pytest.raises(Invalid):
        read(base64.b64encode(raw).decode(), encoded=True)


def test_broken_base64_is_refused() -> None:
    """As what is no JSON."""
    with pytest.raises(Invalid):
        read("abc", encoded=True)


@pytest.mark.parametrize("letter", ["x", "я", "\x00"])
def test_the_limit_is_in_bytes(letter: str) -> None:
    """A body of just that length passes, one byte more does not."""
    room = (LIMIT - len('{"a":""}')) // len(letter.encode())
    body = json.dumps({"a": letter * room}, ensure_ascii=False, separators=(",", ":"))
    bytes_ = len(body.encode())
    assert read(body, limit=bytes_)
    with pytest.raises(TooLarge):
        read(body, limit=bytes_ - 1)


@pytest.mark.parametrize("encoded", [False, True])
def test_a_huge_body_is_too_large(*, encoded: bool) -> None:
    """In any encoding, and without being read."""
    with pytest.raises(TooLarge):
        read("x" * 10_000_000, encoded=encoded)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_no_json_knows_is_null(word: str) -> None:
    """Some encoders write it all the same."""
    assert read(f'{{"a": {word}}}') == {"a": None}


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("9" * 18, 10**18 - 1),
        ("9" * 19, 10**19 - 1),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", "18446744073709551616"),
        ("-9223372036854775808", -(2**63)),
        ("-" + "9" * 19, "-" + "9" * 19),
        ("1" * 900, "1" * 900),
        ("0", 0),
        ("-5", -5),
    ],
)
def test_a_giant_number_is_kept_as_its_digits(digits: str, value: Any) -> None:
    """No database holds it as a number, and no digit is lost."""
    assert read(f'{{"a": {digits}}}') == {"a": value}


@pytest.mark.parametrize("body", [r'{"a": "x\ud800y"}', r'{"x\udfffy": 1}', '{"a": "\\ud800"}'])
def test_half_of_a_surrogate_pair_is_replaced(body: str) -> None:
    """What is left can be stored and sent."""
    value = read(body)
    assert json.dumps(value, ensure_ascii=False).encode()
    assert "?" in str(value)


def nested(levels: int, opening: str, closing: str) -> str:
    return '{"a":' + opening * levels + closing * levels + "}"


def test_deep_nesting_is_read_up_to_a_depth() -> None:
    """Further down than any vendor goes."""
    depth = DEEPEST - 1
    assert read(nested(depth - 1, "[", "]"))
    with pytest.raises(Invalid):
        read(nested(depth + 1, "[", "]"))


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "1}")])
def test_bottomless_nesting_is_refused(opening: str, closing: str) -> None:
    """Whoever sends it does not bring us down."""
    body = '{"a":' + opening * 100_000
    with pytest.raises(Invalid):
        read(body, limit=10_000_000)
    body = '{"a":' + opening * 20_000 + ("1" if opening != "[" else "") + closing.replace("1", "") * 20_000 + "}"
    with pytest.raises(Invalid):
        read(body, limit=10_000_000)


@pytest.mark.parametrize("data", [b"", b"\x00\xff\xfe", bytes(range(256))])
def test_bytes_are_what_was_sent(data: bytes) -> None:
    """Out of base64, as API Gateway hands them over."""
    assert bytes_of({"body": base64.b64encode(data).decode(), "isBase64Encoded": True}, 256, "No.") == data
    assert bytes_of({"body": None}, 256, "No.") == b""


def test_too_many_bytes_are_refused_in_given_words() -> None:
    """Which say where else to go."""
    with pytest.raises(TooLarge, match="Go there"):
        bytes_of({"body": "x" * 257}, 256, "Go there.")


@pytest.mark.parametrize(
    "event", [{"body": "RIFF\ufffd"}, {"body": "$$$", "isBase64Encoded": True}, {"body": "\ud800"}]
)
def test_bytes_that_got_lost_on_the_way_are_refused(event: dict[str, Any]) -> None:
    """Where a gateway took them for text."""
    with pytest.raises(UnsupportedMedia):
        bytes_of(event, 256, "No.")
