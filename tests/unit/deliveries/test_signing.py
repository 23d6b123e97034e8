import base64
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from switchboard.deliveries.signing import signature_headers
from switchboard.subscriptions.subscribe import new_signing_secret

# Published vectors: secret, id, timestamp, body, signature.
VECTORS = [
    (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        '{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
    (
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        1649367553,
        '{"email":"test@example.com","username":"test_user"}',
        "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    ),
]
BODY = '{"event_name":"start.call","params":{"имя":"Анна"}}'


@pytest.mark.parametrize(("secret", "id_", "at", "body", "signature"), VECTORS)
def test_a_published_vector_has_its_signature(secret: str, id_: str, at: int, body: str, signature: str) -> None:
    """Letter for letter."""
    headers = signature_headers(id_, datetime.fromtimestamp(at, UTC), body.encode(), [secret])
    assert headers == {"webhook-id": id_, "webhook-timestamp": str(at), "webhook-signature": signature}


@pytest.mark.parametrize(("secret", "id_", "at", "body", "signature"), VECTORS)
def test_the_library_signs_as_we_do(secret: str, id_: str, at: int, body: str, signature: str) -> None:
    """The vectors are the library's own."""
    assert Webhook(secret).sign(id_, datetime.fromtimestamp(at, UTC), body) == signature


def test_the_library_accepts_what_we_sign() -> None:
    """A receiver that verifies with the published package takes our deliveries for genuine."""
    secret = new_signing_secret()
    headers = signature_headers("msg_1", datetime.now(UTC), BODY.encode(), [secret])
    assert Webhook(secret).verify(BODY, headers) == json.loads(BODY)


def test_padding_of_the_secret_may_be_missing() -> None:
    """Secrets are copied with and without `=`."""
    padded = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
    at = datetime(2026, 3, 2, tzinfo=UTC)
    signed = [signature_headers("msg_1", at, b"{}", [secret]) for secret in (padded, padded.rstrip("="))]
    assert signed[0] == signed[1]


def test_without_a_secret_there_is_no_signature() -> None:
    """Id and timestamp are there all the same."""
    headers = signature_headers("msg_1", datetime(2026, 3, 2, 9, 0, 5, 900_000, tzinfo=UTC), b"{}", [])
    assert headers == {"webhook-id": "msg_1", "webhook-timestamp": "1772442005"}


def test_while_a_secret_is_replaced_both_sign() -> None:
    """A receiver that has either of them takes the delivery for genuine."""
    secrets = [new_signing_secret(), new_signing_secret()]
    headers = signature_headers("msg_1", datetime.now(UTC), BODY.encode(), secrets)
    assert headers["webhook-signature"].count("v1,") == 2
    assert [Webhook(secret).verify(BODY, headers) for secret in secrets] == [json.loads(BODY)] * 2


def test_a_new_secret_is_long_enough_and_new() -> None:
    """24 to 64 random bytes, as the standard asks."""
    secrets = {new_signing_secret() for _ in range(5)}
    assert len(secrets) == 5
    assert {len(base64.b64decode(secret.removeprefix("whsec_"))) for secret in secrets} == {32}
