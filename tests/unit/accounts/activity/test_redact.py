"""What an operator sees of a refused body."""

import gzip
import json

import pytest

from switchboard.accounts.activity.model import KEPT_OF_BODY
from switchboard.accounts.activity.redact import redacted
from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import AuthScheme, SourceAuth
from switchboard.kernel.lenient import BodyHeaders, readable_text
from tests.support.builders import a_source

SECRET = "s3same-0pen"
OPEN = a_source()
OWN = a_source(auth=SourceAuth(AuthScheme.BODY, digest_of(SECRET), "whom"))

BODIES = [
    '{"token": "%s", "event": "start"}',
    '{"Access_Token":"%s","event": "start"}',
    '{"event": "start", "api-key" : "%s',
    '{"event": "start", "password": "a\\"%s"}',
    '{"event": "start", "auth": {"user": "u", "x": "%s"}}',
    '{"event": "start", "secrets": ["%s", "%s"]}',
    "{'event': 'start', 'secret': '%s'}",
    "{event: start, key: %s}",
    '{\\"event\\":\\"start\\",\\"token\\":\\"%s\\"}',
    "event=start&token=%s&x=1",
    "event=start&call[password]=%s",
    "event=start\r\nAuthorization: Bearer %s\r\n",
    "event=start login=%s",
    '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n%s\r\n--b\r\nname="event"\r\n\r\nstart\r\n--b--',
    "<event>start</event><apiKey>%s</apiKey>",
    'event=start "url": "https://user:%s@pbx.example/rec?token=%s"',
    '{"event": "start", "header": "Basic %s"}',
    '{"event": "start", "пароль": "%s"}',
]


@pytest.mark.parametrize("body", BODIES)
def test_what_is_named_like_a_secret_is_taken_out(body: str) -> None:
    """In JSON, forms, parts, XML and headers, also where the body ends in the middle; the rest stays."""
    text = redacted(body.replace("%s", SECRET), OPEN)
    assert SECRET not in text
    assert "start" in text
    assert "***" in text


@pytest.mark.parametrize("body", ['{"whom": "%s"}', "whom=%s", '{"other": "%s"}', "a %s b", '{"x": ["%s"]}'])
def test_the_source_s_own_secret_is_taken_out_wherever_it_stands(body: str) -> None:
    """In its field, also with another value, and by its digest in any other place."""
    assert SECRET not in redacted(body.replace("%s", SECRET), OWN)
    assert "another-value" not in redacted('{"whom": "another-value"}', OWN)


def test_credentials_of_the_header_are_taken_out_of_the_body() -> None:
    """Some senders repeat them there."""
    assert SECRET not in redacted(f"event start {SECRET}", OPEN, SECRET)


def test_ordinary_fields_stay() -> None:
    """An operator has to see what was sent."""
    body = json.dumps({"event": "start", "SessionID": "7", "caller": "79161234567", "author": 1, "keyboard": "x"})
    assert redacted(body, OWN) == body.replace('"author": 1', '"author": "***"')


def test_the_beginning_is_kept() -> None:
    """A secret over the edge is seen whole before the text is cut."""
    edge = "x" * (KEPT_OF_BODY - 20) + f' "token": "{SECRET}"' + "y" * 5000
    assert len(redacted(edge, OPEN)) <= KEPT_OF_BODY
    assert SECRET[:4] not in redacted(edge, OPEN)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1251"])
def test_no_encoding_hides_a_secret(encoding: str) -> None:
    """The text is looked at, not the bytes; packed bodies are unpacked."""
    raw = f'{{"token": "{SECRET}", "имя": "Иван"}}'.encode(encoding)
    for body in (raw, gzip.compress(raw)):
        text = redacted(readable_text(body, BodyHeaders(), 8192), OPEN)
        assert SECRET not in text.replace("\x00", "")
        assert "Иван" in text


def test_hostile_bodies_are_no_trap() -> None:
    """No pattern takes for ever on text that almost fits."""
    pieces = ('"', "token", "[", '"token":', "name=token\n", "name=token\r\nx\r\n", "<token", "\\", "a.", "://", "key ")
    for piece in pieces:
        assert len(redacted((piece * 8192)[:8192], OWN, "shown")) <= KEPT_OF_BODY
